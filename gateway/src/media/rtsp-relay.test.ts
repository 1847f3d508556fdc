import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { SystemClock, VirtualClock } from '@angrid/runtime';
import { RtspRelay } from './rtsp-relay.js';

describe('the relay between a camera and its player', () => {
  let camera: Server;
  let relay: RtspRelay;
  let upstream: Socket;
  const open: Socket[] = [];

  const portOf = (server: Server): number => (server.address() as AddressInfo).port;

  async function player(): Promise<Socket> {
    const socket = connect(Number(new URL(relay.url).port), '127.0.0.1');
    open.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  }

  beforeEach(async () => {
    camera = createServer().listen(0, '127.0.0.1');
    await once(camera, 'listening');
    const accepted = once(camera, 'connection');
    relay = await RtspRelay.open({
      camera: 'cam',
      url: new URL(`rtsp://camera.invalid:${portOf(camera)}/live`),
      address: '127.0.0.1',
      login: { challenge: () => 'none', authorization: () => undefined },
      clock: new SystemClock(),
      connectMs: 3000,
    });
    [upstream] = (await accepted) as [Socket];
    open.push(upstream);
  });

  afterEach(async () => {
    relay.close();
    for (const socket of open.splice(0)) socket.destroy();
    camera.close();
    await once(camera, 'close');
  });

  it('connects to the pinned address and never asks what the host of the URL means', async () => {
    const socket = await player();
    socket.write(`OPTIONS ${relay.url} RTSP/1.0\r\nCSeq: 1\r\n\r\n`);
    const [bytes] = (await once(upstream, 'data')) as [Buffer];
    expect(bytes.toString()).toContain(`OPTIONS rtsp://camera.invalid:${portOf(camera)}/live RTSP/1.0`);
  });

  it('passes frames on as they are, and counts them', async () => {
    const socket = await player();
    const frame = Buffer.from([0x24, 0, 0, 3, 1, 2, 3]);
    upstream.write(frame);
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    expect(bytes).toEqual(frame);
    expect(relay.mediaBytes).toBe(frame.length);
  });

  it('lets nobody in after the player', async () => {
    await player();
    const second = connect(Number(new URL(relay.url).port), '127.0.0.1');
    await expect(once(second, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('fails when the camera hangs up, and hangs up on the player', async () => {
    const socket = await player();
    socket.resume();
    const ended = once(socket, 'close');
    upstream.destroy();
    await expect(relay.failed).rejects.toMatchObject({ code: 'media.stream-failed' });
    await ended;
  });

  it('fails for a camera that does not speak RTSP', async () => {
    await player();
    upstream.write('HTTP/1.1 200 OK\r\n\r\n');
    await expect(relay.failed).rejects.toMatchObject({ code: 'media.stream-hostile' });
  });

  it('hangs up on the camera when the player has gone', async () => {
    const socket = await player();
    upstream.resume();
    const ended = once(upstream, 'close');
    socket.end();
    await ended;
  });
});

describe('a camera that is not there', () => {
  const options = (port: number, clock: SystemClock | VirtualClock, address = '127.0.0.1') => ({
    camera: 'cam',
    url: new URL(`rtsp://camera.invalid:${port}/live`),
    address,
    login: { challenge: () => 'none' as const, authorization: () => undefined },
    clock,
    connectMs: 3000,
  });

  it('is unreachable at once where it refuses', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const failure = RtspRelay.open(options(port, new SystemClock()));
    await expect(failure).rejects.toMatchObject({ code: 'media.stream-unreachable', subject: 'cam' });
  });
});
