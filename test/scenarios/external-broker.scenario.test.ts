import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Courier } from '../support/courier.js';
import { GatewayProgram } from '../support/gateway-program.js';
import { Mosquitto } from '../support/mosquitto.js';
import { type Said, Speaker } from '../support/speaker.js';
import { until } from '../support/until.js';

jest.setTimeout(120_000);

/** Half of what storm control lets each device put on the record lane one by one. */
const EVERY_MS = 100;
const JSON_PANELS = ['door-1', 'door-2', 'door-3', 'door-4', 'door-5', 'door-6'];
const FACE_PANELS = ['1305431', '1305432', '1305433', '1305434'];
const SHARED_PANELS = ['shared-1', 'shared-2', 'shared-3', 'shared-4', 'shared-5', 'shared-6'];

let folder: string;
let mosquitto: Mosquitto;
const gateways: GatewayProgram[] = [];
const couriers: Courier[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'external-broker-'));
  mosquitto = await Mosquitto.start(join(folder, 'mosquitto'), [...JSON_PANELS, ...FACE_PANELS, ...SHARED_PANELS]);
});

afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.kill()));
  await Promise.all(couriers.map((courier) => courier.stop()));
  await mosquitto.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('on a real Mosquitto', () => {
  it('loses and doubles nothing that a panel has a PUBACK for, through kills of the gateway and a restart', async () => {
    const { gateway, courier } = await raise('one');
    await gateway.pair(JSON_PANELS);
    await gateway.pair(FACE_PANELS, 'face-panel-mqtt');
    const speakers = [
      ...JSON_PANELS.map((device) => speaker(device, jsonVoice)),
      ...FACE_PANELS.map((device) => speaker(device, faceVoice)),
    ];
    for (const one of speakers) one.start();
    for (let kill = 0; kill < 3; kill += 1) {
      await carriedOn(courier);
      await gateway.kill();
      await moreAcknowledged(speakers);
      await gateway.start();
    }
    await mosquitto.stop();
    await mosquitto.again();
    await carriedOn(courier);
    await Promise.all(speakers.map((one) => one.stop()));

    const promised = promisedBy(speakers);
    await allCarried(promised, [courier]);
    expect(promised.length).toBeGreaterThan(200);
    expect(missing(promised, [courier])).toEqual([]);
    expect(doubled([courier])).toEqual([]);
  });

  it('divides the messages among the gateways of a group, each event to one of them', async () => {
    const group = { ANGRID_GATEWAY_MQTT_EXTERNAL_GROUP: 'south' };
    const [left, right] = [await raise('left', group), await raise('right', group)];
    await left.gateway.pair(SHARED_PANELS);
    await right.gateway.pair(SHARED_PANELS);
    const both = [left.courier, right.courier];
    const speakers = SHARED_PANELS.map((device) => speaker(device, jsonVoice));
    for (const one of speakers) one.start();
    await Promise.all(both.map((courier) => carriedOn(courier)));
    await left.gateway.kill();
    await moreAcknowledged(speakers);
    await left.gateway.start();
    await moreAcknowledged(speakers);
    await Promise.all(speakers.map((one) => one.stop()));

    const promised = promisedBy(speakers);
    await allCarried(promised, both);
    expect(missing(promised, both)).toEqual([]);
    expect(doubled(both)).toEqual([]);
    for (const { events } of both) expect(events.size).toBeGreaterThan(promised.length / 10);
  });
});

async function raise(name: string, more: Readonly<Record<string, string>> = {}) {
  const data = join(folder, name);
  const spool = join(folder, `${name}-spool`);
  const gateway = await GatewayProgram.at({
    data,
    environment: {
      ...mosquitto.environment,
      ANGRID_GATEWAY_UPLINK: 'spool',
      ANGRID_GATEWAY_SPOOL: spool,
      ANGRID_GATEWAY_OUTBOX_RESERVE: '4MB',
      ANGRID_GATEWAY_MEDIA_RING: join(folder, 'ring'),
      ...more,
    },
  });
  gateways.push(gateway);
  await gateway.enrolNowhere();
  await gateway.start();
  await gateway.hearsBroker();
  const courier = new Courier(spool);
  couriers.push(courier);
  return { gateway, courier };
}

type Voice = (device: string, number: number) => Said;

function speaker(device: string, voice: Voice): Speaker {
  return new Speaker(device, mosquitto.access(device), { everyMs: EVERY_MS, say: (number) => voice(device, number) });
}

function jsonVoice(device: string, number: number): Said {
  const time = new Date().toISOString();
  const body = { event: 'access.granted', seq: number, boot: 'b1', time, door: '1' };
  return { topic: `angrid/v1/${device}/event`, body: JSON.stringify(body), key: `${device} b1|${number}` };
}

function faceVoice(device: string, number: number): Said {
  const time = new Date().toISOString().slice(0, 19).replace('T', ' ');
  const info = {
    facesluiceId: device,
    RecordID: String(number),
    VerifyStatus: '1',
    PersonType: '0',
    Sendintime: 1,
    time,
  };
  const body = JSON.stringify({ operator: 'RecPush', info });
  return { topic: `mqtt/face/${device}/Rec`, body, key: `${device} ${number}|${time}` };
}

/** The gateway is at work: more of its events have left it than before. */
async function carriedOn(courier: Courier): Promise<void> {
  const before = courier.events.size;
  await until('events leave the gateway', async () => (courier.events.size > before + 20 ? true : undefined));
}

async function moreAcknowledged(speakers: readonly Speaker[]): Promise<void> {
  const before = promisedBy(speakers).length;
  await until('panels are acknowledged', async () => (promisedBy(speakers).length > before + 40 ? true : undefined));
}

function promisedBy(speakers: readonly Speaker[]): string[] {
  return speakers.flatMap(({ promised }) => [...promised]);
}

function missing(promised: readonly string[], carried: readonly Courier[]): string[] {
  return promised.filter((key) => !carried.some(({ events }) => events.has(key)));
}

async function allCarried(promised: readonly string[], carried: readonly Courier[]): Promise<void> {
  await until('all has left', async () => (missing(promised, carried).length === 0 ? true : undefined)).catch(
    () => undefined,
  );
}

/** Events that were carried at two places of one gateway's numbering, or by two gateways. */
function doubled(carried: readonly Courier[]): string[] {
  const places = new Map<string, number>();
  for (const { events } of carried) {
    for (const [key, { size }] of events) places.set(key, (places.get(key) ?? 0) + size);
  }
  return [...places].filter(([, count]) => count > 1).map(([key]) => key);
}
