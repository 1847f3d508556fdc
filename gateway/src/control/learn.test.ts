import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadProfiles } from '@angrid/device-profiles';
import { VirtualClock } from '@angrid/runtime';
import { accountOf } from '../devices/account.js';
import type { PairedDevice } from '../devices/device.js';
import type { Reading } from '../drivers/driver.js';
import { account, testSite } from '../drivers/mqtt/broker.fixture.js';
import { puback, publish } from '../drivers/mqtt/packets.fixture.js';
import { Learning } from '../flow/learning.js';
import { UnknownVault } from '../flow/unknown-vault.js';
import { Seal } from '../identity/seal.js';
import type { NormaliseResult } from '../normalise/index.js';
import type { ControlWorks } from '../gateway.js';
import { type LearnedLine, learnRoutes } from './learn.js';
import { Tail } from './tail.js';

let folder: string;
let seal: Seal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'learn-'));
  seal = await Seal.open(join(folder, 'key'));
});
afterEach(() => rm(folder, { recursive: true }));

const received = { wall: '2026-03-01T00:00:00.000Z', monotonicMs: 0, boot: 'b' };

function reading(body: string, deviceId = 'gate-1', topic = 'acme/gate-1/news'): Reading {
  return { deviceId, protocol: 'mqtt', topic, body: Buffer.from(body), received };
}

function passed(unknown: boolean): NormaliseResult {
  const unread = unknown ? { topic: 't', hash: 'h' } : undefined;
  return { events: [], drops: [], states: [], numbered: [], unknown: unread } as unknown as NormaliseResult;
}

describe('the vault of what no profile knows', () => {
  const vault = (): UnknownVault => new UnknownVault(join(folder, 'unknown'), seal, new VirtualClock());

  it('gives a device’s messages back whole, and those of no other one', async () => {
    const kept = vault();
    kept.keep(reading('{"a":"first\nsecond"}'), { topic: 't', hash: 'aa' });
    kept.keep(reading('{"b":1}', 'gate-2'), { topic: 't', hash: 'bb' });
    const found = [];
    for await (const one of kept.opened('gate-1')) found.push({ ...one, body: one.body.toString('utf8') });
    expect(found).toEqual([
      { device: 'gate-1', topic: 'acme/gate-1/news', at: received.wall, body: '{"a":"first\nsecond"}' },
    ]);
  });

  it('counts a topic of ONVIF once, however often and with whatever time it comes, and keeps one message of it', async () => {
    const kept = vault();
    const say = (second: number, topic = 'Acme/Hail'): void => {
      const body = Buffer.from(`{"utcTime":"2026-01-01T00:00:0${second}Z"}`);
      kept.keep({ deviceId: 'cam-1', protocol: 'onvif', topic, body, received }, { topic, hash: `a${second}` });
    };
    for (const second of [1, 2, 3]) say(second);
    say(4, 'Acme/Rain');
    expect(kept.take().map(({ topic, hash, count }) => [topic, hash, count])).toEqual([
      ['Acme/Hail', 'a1', 3],
      ['Acme/Rain', 'a4', 1],
    ]);
    say(5);
    expect(kept.take()).toHaveLength(1);
    const topics = [];
    for await (const one of kept.opened('cam-1')) topics.push(one.topic);
    expect(topics.sort()).toEqual(['Acme/Hail', 'Acme/Rain']);
  });

  it('keeps nothing readable on the disk, and leaves out what another key has sealed', async () => {
    const kept = vault();
    kept.keep(reading('{"name":"Li Wei"}'), { topic: 't', hash: 'aa' });
    await kept.idle();
    const [file = ''] = await readdir(join(folder, 'unknown'));
    expect((await readFile(join(folder, 'unknown', file))).toString('latin1')).not.toMatch(/Li Wei|acme/);
    const stranger = new UnknownVault(
      join(folder, 'unknown'),
      await Seal.open(join(folder, 'other')),
      new VirtualClock(),
    );
    for await (const one of stranger.opened('gate-1')) expect(one).toBe('nothing');
  });
});

describe('the broker', () => {
  it('takes any topic of a device that is learned, as that device’s, but none of the system’s', async () => {
    const site = await testSite();
    site.accounts.set('A', account('A', { publish: ['#'] }));
    const panel = await site.panel('A');
    panel.send(publish({ topic: 'nobody/ever/heard' }));
    expect(await panel.next()).toEqual(puback(1));
    expect(site.sink.readings.map(({ deviceId, topic }) => [deviceId, topic])).toEqual([['A', 'nobody/ever/heard']]);
    panel.send(publish({ topic: '$SYS/broker/clients' }));
    await panel.closed;
    expect(site.counters.closed('publish-refused')).toBe(1);
    await site.stop();
  });
});

describe('while a device is learned', () => {
  const device = { id: 'gate-1', vendorId: 'K13', profile: 'json-panel', passwordHash: 'x' } as unknown as PairedDevice;

  it('it may publish to any topic, and before and after to those of its profile only', async () => {
    const profile = (await loadProfiles()).get('json-panel');
    if (!profile) throw new Error('no profile');
    const learning = new Learning();
    const topics = () => accountOf(device, profile, learning.has('gate-1'))?.publish;
    expect(topics()).toEqual(profile.publish);
    const ends = [learning.begin('gate-1'), learning.begin('gate-1')];
    expect(topics()).toEqual(['#']);
    ends[0]?.();
    ends[0]?.();
    expect(topics()).toEqual(['#']);
    ends[1]?.();
    expect(topics()).toEqual(profile.publish);
  });

  it('its kept messages come first, then those that come, each with whether they are known; it connects anew twice', async () => {
    const learning = new Learning();
    const tail = new Tail();
    const unknown = new UnknownVault(join(folder, 'unknown'), seal, new VirtualClock());
    unknown.keep(reading('{"kept":1}'), { topic: 't', hash: 'aa' });
    const cut: boolean[] = [];
    const works = {
      learning,
      tail,
      unknown,
      registry: { get: () => device },
      broker: { disconnect: (id: string) => cut.push(learning.has(id)) },
    } as unknown as ControlWorks;
    const [route] = learnRoutes(works);
    const gone = new AbortController();
    const answer = await route?.handle({
      params: ['gate-1'],
      query: new URLSearchParams(),
      body: undefined,
      signal: gone.signal,
    });
    if (answer === undefined || !('stream' in answer)) throw new Error('no stream');
    const lines = answer.stream[Symbol.asyncIterator]() as AsyncIterator<LearnedLine>;
    const kept = await lines.next();
    const coming = lines.next();
    await new Promise((resolve) => setImmediate(resolve));
    tail.pass(reading('{"of":"another"}', 'gate-2'), passed(true));
    tail.pass(reading('{"new":1}'), passed(true));
    tail.pass(reading('{"known":1}'), passed(false));
    const said = [kept.value, (await coming).value, (await lines.next()).value].map((line: LearnedLine) => [
      line.device,
      Buffer.from(line.body, 'base64').toString(),
      line.known,
    ]);
    expect(said).toEqual([
      ['K13', '{"kept":1}', false],
      ['K13', '{"new":1}', false],
      ['K13', '{"known":1}', true],
    ]);
    gone.abort();
    expect((await lines.next()).done).toBe(true);
    expect(cut).toEqual([true, false]);
  });
});
