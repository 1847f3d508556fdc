import { afterEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '@angrid/runtime';
import { dateTimeReply, fault, type Handlers, soap, TestCamera } from '../camera.fixture.js';
import type { ProbeAnswer } from './probe.js';
import { matchesDatagram, ProbeResponder } from './responder.fixture.js';
import { scan, type ScanNews, type ScanTally, type SeenCamera } from './scan.js';

/** A tenth of each wait: what is asked answers on the loopback. */
class HastyClock extends SystemClock {
  override after(ms: number, task: () => void): () => void {
    return super.after(ms / 10, task);
  }
}

const clock = new HastyClock();
const URN = 'urn:uuid:2419d68a-2dd2-21b2-a205-001122334455';
const DAY_MS = 86_400_000;
const information = soap(
  '<tds:GetDeviceInformationResponse xmlns:tds="urn:d"><tds:Manufacturer>Acme</tds:Manufacturer>' +
    '<tds:Model>C-1</tds:Model><tds:FirmwareVersion>1.10</tds:FirmwareVersion>' +
    '<tds:SerialNumber>SN-7</tds:SerialNumber></tds:GetDeviceInformationResponse>',
);
const open: Handlers = {
  GetSystemDateAndTime: () => dateTimeReply(clock.wall()),
  GetDeviceInformation: information,
};

const opened: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.stop();
});

async function camera(handlers: Handlers): Promise<TestCamera> {
  const made = await TestCamera.start(handlers);
  opened.push({ stop: () => made.close() });
  return made;
}

async function responder(answers: (id: string) => readonly string[]): Promise<ProbeResponder> {
  const made = await ProbeResponder.start(answers);
  opened.push(made);
  return made;
}

const answerOf = (target: TestCamera, more: Partial<ProbeAnswer> = {}): ProbeAnswer => ({
  urn: URN,
  xaddrs: [target.address],
  scopes: ['onvif://www.onvif.org/name/East'],
  ...more,
});

interface Ports {
  readonly probe?: number;
  readonly onvif?: readonly number[];
}

async function scanned({ probe = 9, onvif = [] }: Ports, signal = new AbortController().signal) {
  const news: ScanNews[] = [];
  await scan({
    access: { clock, resolve: async (host) => host },
    allows: (host) => host === '127.0.0.1',
    network: '127.0.0.1/32',
    interfaces: ['127.0.0.1'],
    ports: { probe, onvif },
    signal,
    tell: (line) => news.push(line),
  });
  const cameras = news.flatMap((line): SeenCamera[] => ('camera' in line ? [line.camera] : []));
  const tally = news.flatMap((line): ScanTally[] => ('tally' in line ? [line.tally] : []))[0];
  return { news, cameras, tally };
}

describe('a camera that answers a probe', () => {
  it('is found once, however many datagrams it sends, with what it tells to anybody', async () => {
    const target = await camera(open);
    const device = await responder((id) => [
      matchesDatagram(id, [answerOf(target)]),
      matchesDatagram(id, [answerOf(target), answerOf(target, { urn: URN.toUpperCase() })]),
    ]);
    const { cameras } = await scanned({ probe: device.port });
    expect(device.probes).toBeGreaterThan(2);
    expect(cameras).toEqual([
      {
        endpoint: URN,
        address: target.address,
        name: 'East',
        manufacturer: 'Acme',
        model: 'C-1',
        serial: 'SN-7',
        firmware: '1.10',
        mac: '00:11:22:33:44:55',
        reach: 'up',
        clockSkewMs: expect.any(Number),
      },
    ]);
    expect(target.heard.every(({ xml, headers }) => !/Security/.test(xml) && headers.authorization === undefined)).toBe(
      true,
    );
  });

  it.each<[string, Handlers, string]>([
    ['needs a password', { ...open, GetDeviceInformation: fault('ter:NotAuthorized') }, 'needs-password'],
    ['needs one for its clock, too', {}, 'reachable'],
    ['has a wrong clock', { ...open, GetSystemDateAndTime: () => dateTimeReply(clock.wall() + DAY_MS) }, 'clock-wrong'],
    ['speaks no ONVIF', { GetSystemDateAndTime: () => '<html>' }, 'reachable'],
  ])('and %s is shown as that', async (_what, handlers, reach) => {
    const target = await camera(handlers);
    const { port } = await responder((id) => [matchesDatagram(id, [answerOf(target)])]);
    const { cameras } = await scanned({ probe: port });
    expect(cameras).toMatchObject([{ reach, endpoint: URN }]);
  });
});

describe('answers that are no camera', () => {
  it('are counted by reason, and do not hide the camera beside them', async () => {
    const target = await camera(open);
    const { port } = await responder((id) => [
      matchesDatagram('urn:uuid:somebody-else', [answerOf(target)]),
      matchesDatagram(id, [answerOf(target, { urn: 'urn:uuid:dddddddd-0000-0000-0000-000000000001', xaddrs: [] })]),
      matchesDatagram(id, [
        answerOf(target, { urn: 'urn:uuid:dddddddd-0000-0000-0000-000000000002', xaddrs: ['http://10.0.0.1/'] }),
      ]),
      '<!DOCTYPE x><x/>',
      matchesDatagram(id, [answerOf(target)]),
    ]);
    const { cameras, tally } = await scanned({ probe: port });
    expect(cameras).toHaveLength(1);
    expect(Object.keys(tally?.ignored ?? {}).sort()).toEqual(['no-address', 'outside', 'unasked', 'unreadable']);
    expect(tally).toMatchObject({ interfaces: 1, hosts: 1, cutShort: false });
  });
});

describe('a network that is asked address by address', () => {
  it('gives a camera that answers no probe', async () => {
    const target = await camera(open);
    const { cameras, news } = await scanned({ onvif: [target.port] });
    expect(cameras).toMatchObject([{ address: target.address, serial: 'SN-7', reach: 'up' }]);
    expect(news).toContainEqual({ asked: 1, of: 1, found: 1 });
  });

  it('takes no web server for a camera', async () => {
    const page = await camera({ GetSystemDateAndTime: () => ({ status: 404, body: 'nothing here' }) });
    const { cameras } = await scanned({ onvif: [page.port] });
    expect(cameras).toEqual([]);
  });
});

it('a scan whose caller leaves ends at once', async () => {
  const leave = new AbortController();
  const run = scanned({}, leave.signal);
  leave.abort(new Error('gone'));
  await expect(run).rejects.toThrow('gone');
});
