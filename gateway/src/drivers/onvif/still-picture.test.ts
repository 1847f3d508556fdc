import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Secret, SystemClock } from '@angrid/runtime';
import { fileReader } from './camera.js';
import { CameraTransport } from './soap/transport.js';
import { fetchStill, ownPath } from './still-picture.js';

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xd9]);
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/onvif`;
}

async function fetchFrom(answer: RequestListener): Promise<Buffer> {
  const address = await serve(answer);
  const transport = new CameraTransport({
    subject: 'cam',
    address,
    clock: new SystemClock(),
    resolve: async (host) => host,
  });
  closers.push(() => transport.close());
  const get = fileReader(transport, { user: 'u', password: new Secret('p') });
  return fetchStill({ id: 'cam', get }, '/still?x=1');
}

describe('a picture that a camera takes itself', () => {
  it('is fetched at its own address, whatever host it names', () => {
    const camera = { id: 'cam', address: 'http://192.168.60.7/onvif/device_service' };
    for (const uri of [
      'http://192.168.60.7/s?p=1',
      'http://u:p@169.254.169.254/s?p=1',
      'https://other.test:99/s?p=1',
      '/s?p=1',
    ])
      expect(ownPath(uri, camera)).toBe('/s?p=1');
    for (const uri of ['file:///etc/passwd', 'ftp://192.168.60.7/s', 'http://[', 'http://x/'.padEnd(5000, 'x')])
      expect(() => ownPath(uri, camera)).toThrow(
        expect.objectContaining({ code: 'media.picture-refused' }) as unknown as Error,
      );
  });

  it('comes as it is, under HTTP Digest where that is asked for', async () => {
    const heard: (string | undefined)[] = [];
    const bytes = await fetchFrom((request, response) => {
      heard.push(request.headers.authorization?.slice(0, 6));
      if (heard.length === 1)
        response.writeHead(401, { 'www-authenticate': 'Digest realm="cam", nonce="n", qop="auth"' });
      else response.writeHead(200, { 'content-type': 'image/jpeg' });
      response.end(heard.length === 1 ? '' : JPEG);
    });
    expect(bytes.equals(JPEG)).toBe(true);
    expect(heard).toEqual([undefined, 'Digest']);
  });

  it('costs one refused password, and no more', async () => {
    let asked = 0;
    const refused = fetchFrom((_, response) => {
      asked += 1;
      response.writeHead(401, { 'www-authenticate': 'Digest realm="cam", nonce="n", qop="auth"' }).end();
    });
    await expect(refused).rejects.toMatchObject({ code: 'onvif.not-authorized' });
    expect(asked).toBe(2);
  });

  const image = { 'content-type': 'image/jpeg' };
  it.each<[string, string, RequestListener]>([
    [
      'a redirect to another host',
      'onvif.hostile-reply',
      (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    ],
    [
      'another content type',
      'media.picture-refused',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(JPEG),
    ],
    ['an error', 'media.picture-refused', (_, response) => response.writeHead(503, image).end()],
    [
      '9 MiB',
      'onvif.hostile-reply',
      (_, response) => response.writeHead(200, image).end(Buffer.alloc(9 * 1024 * 1024)),
    ],
    [
      'the announcement of 64 MB',
      'onvif.hostile-reply',
      (_, response) => response.writeHead(200, { ...image, 'content-length': 64e6 }).write('x'),
    ],
    [
      'a byte now and then',
      'onvif.unreachable',
      (_, response) => {
        response.writeHead(200, image);
        const drip = setInterval(() => response.write('x'), 100);
        response.on('close', () => clearInterval(drip));
      },
    ],
  ])('is refused for %s: %s', async (_, code, answer) => {
    await expect(fetchFrom(answer)).rejects.toMatchObject({ code });
  });
});
