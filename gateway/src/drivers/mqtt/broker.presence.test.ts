import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@angrid/runtime';
import { account, PASSWORD, type TestSite, testSite } from './broker.fixture.js';
import { connect, disconnect, pingreq, pingresp, publish } from './packets.fixture.js';

let site: TestSite;
let clock: VirtualClock;

beforeEach(async () => {
  clock = new VirtualClock('2026-05-01T08:00:00Z');
  site = await testSite({ clock });
});

afterEach(() => site.stop());

const online = { deviceId: 'A', state: 'online', reason: 'connected' };
const will = { topic: 'panel/A/will', payload: 'gone' };

describe('presence', () => {
  it('tells of a panel that comes and takes its leave', async () => {
    const panel = await site.panel('A', { will });
    panel.send(disconnect);
    await site.counters.reachedClosed('disconnected');
    expect(site.presences).toEqual([online, { deviceId: 'A', state: 'offline', reason: 'disconnected' }]);
    expect(site.sink.readings).toEqual([]);
  });

  it('tells of a panel that is lost, and hands over its will', async () => {
    const panel = await site.panel('A', { will });
    panel.close();
    await site.counters.reachedClosed('lost');
    expect(site.presences).toEqual([online, { deviceId: 'A', state: 'offline', reason: 'lost' }]);
    expect(site.sink.bodies).toEqual(['gone']);
  });

  it('tells why a panel was thrown out', async () => {
    const panel = await site.panel('A');
    panel.send(publish({ topic: 'panel/B/rec' }));
    await site.counters.reachedClosed('publish-refused');
    expect(site.presences.at(-1)).toEqual({ deviceId: 'A', state: 'offline', reason: 'publish-refused' });
  });

  it('stays online through a takeover, which is told and counted and publishes no will', async () => {
    const first = await site.panel('A', { will });
    await site.panel('A', { clientId: 'A-second', will });
    await first.closed;
    await site.counters.reachedClosed('taken-over');
    expect(site.presences).toEqual([online, { deviceId: 'A', state: 'online', reason: 'taken-over' }]);
    expect(site.counters.of('mqtt_takeovers')).toBe(1);
    expect(site.sink.readings).toEqual([]);
    expect(site.broker.sessions()).toHaveLength(1);
  });

  it('keeps one session a device, however many connect at once', async () => {
    const first = await site.panel('A', { will });
    const panels = await Promise.all(Array.from({ length: 8 }, () => site.dial()));
    panels.forEach((panel, index) =>
      panel.send(connect({ clientId: `A-${index}`, username: 'A', password: PASSWORD, will })),
    );
    await new Promise<void>((resolve) => {
      let closed = 0;
      for (const panel of panels) void panel.closed.then(() => (closed += 1) === 7 && resolve());
    });
    await first.closed;
    const [survivor] = panels.filter(({ socket }) => !socket.closed);
    expect((await survivor?.next())?.[3]).toBe(0);
    survivor?.send(pingreq);
    expect(await survivor?.next()).toEqual(pingresp);
    expect(site.counters.closed('taken-over')).toBe(8);
    expect(site.presences.filter(({ state }) => state === 'offline')).toEqual([]);
    expect(site.sink.readings).toEqual([]);
  });

  it('is not touched by somebody with the name and a wrong password', async () => {
    const panel = await site.panel('A');
    const stranger = await site.dial();
    stranger.send(connect({ clientId: 'A', username: 'A', password: 'wrong' }));
    await stranger.closed;
    panel.send(pingreq);
    expect(await panel.next()).toEqual(pingresp);
    expect(site.presences).toEqual([online]);
  });

  it('is not touched by another panel that calls itself the same', async () => {
    const panel = await site.panel('A');
    const other = await site.dial();
    other.send(connect({ clientId: 'A', username: 'B', password: PASSWORD }));
    expect((await other.next())[3]).toBe(5);
    panel.send(pingreq);
    expect(await panel.next()).toEqual(pingresp);
  });

  it('of two panels is kept apart where one has a client id that begins like the other', async () => {
    site.accounts.set('A-B', account('A-B'));
    const a = await site.panel('A', { clientId: 'A-B' });
    const ab = await site.panel('A-B');
    for (const panel of [a, ab]) {
      panel.send(pingreq);
      expect(await panel.next()).toEqual(pingresp);
    }
    expect(site.counters.of('mqtt_takeovers')).toBe(0);
  });

  it('says nothing when the gateway itself goes, and publishes no will', async () => {
    await site.panel('A', { will });
    await site.broker.stop();
    expect(site.counters.closed('shutdown')).toBe(1);
    expect(site.presences).toEqual([online]);
    expect(site.sink.readings).toEqual([]);
  });

  it('ends with the account', async () => {
    const panel = await site.panel('A');
    site.accounts.delete('A');
    site.broker.disconnect('A');
    site.broker.disconnect('never seen');
    await panel.closed;
    expect(site.presences.at(-1)).toEqual({ deviceId: 'A', state: 'offline', reason: 'removed' });
    const again = await site.dial();
    again.send(connect({ clientId: 'A', username: 'A', password: PASSWORD }));
    expect((await again.next())[3]).toBe(4);
  });

  it('is no longer told to a listener that left', async () => {
    const heard: string[] = [];
    const leave = site.broker.onPresence(({ state }) => heard.push(state));
    await site.panel('A');
    leave();
    await site.panel('B');
    expect(heard).toEqual(['online']);
  });
});

describe('the list of sessions', () => {
  it('shows each device with its state, since when, and from where', async () => {
    await site.panel('A');
    await clock.advance(60_000);
    const panel = await site.panel('B');
    panel.close();
    await site.counters.reachedClosed('lost');
    const at = new Date('2026-05-01T08:00:00Z').getTime();
    const place = { address: '127.0.0.1', encrypted: false, pending: 0 };
    expect(site.broker.sessions()).toEqual([
      { deviceId: 'A', state: 'online', since: at, ...place },
      { deviceId: 'B', state: 'offline', since: at + 60_000, ...place },
    ]);
  });
});

describe('a will that cannot be stored', () => {
  it('is counted', async () => {
    await site.panel('B');
    site.sink.hold();
    const panel = await site.panel('A', { will });
    panel.close();
    await site.sink.reached(1);
    site.sink.settle(0, new Error('disk full'));
    await site.counters.reached('mqtt_wills_not_stored');
  });
});
