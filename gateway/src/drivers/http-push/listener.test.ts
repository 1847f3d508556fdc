import { AnGridError } from '@angrid/contract';
import { VirtualClock } from '@angrid/runtime';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { account, pathOf, request, SECRET, type TestListener, testListener } from './push.fixture.js';

let listener: TestListener;

beforeEach(async () => {
  listener = await testListener();
});

afterEach(() => listener.stop());

describe('a message over HTTP', () => {
  it('goes to the sink with its path and query, and is answered as the account says', async () => {
    const heard = await listener.ask(request(`${pathOf('A')}?table=log`, { body: '{"door":1}' }));
    expect(heard.statuses).toEqual([200]);
    expect(heard.text).toMatch(/content-type: text\/plain; charset=utf-8\r\n[\s\S]*\r\n\r\nOK$/);
    expect(listener.sink.readings).toMatchObject([
      { deviceId: 'A', protocol: 'http', topic: 'events?table=log', body: Buffer.from('{"door":1}') },
    ]);
  });

  it('gets the answer that the profile gives to the message', async () => {
    listener.sink.answer = '{"code":0}';
    expect((await listener.ask(request(pathOf('A'), { body: 'x' }))).text).toMatch(/\r\n\r\n\{"code":0\}$/);
  });

  it('passes over TLS too, request after request on one connection', async () => {
    const wire = await listener.dial({ tls: true });
    for (const body of ['1', '2', '3']) {
      wire.write(request(pathOf('A'), { body }));
      await wire.answers(Number(body));
    }
    expect(wire.heard.statuses).toEqual([200, 200, 200]);
    expect(listener.sink.bodies).toEqual(['1', '2', '3']);
    wire.destroy();
  });

  it('may come with Basic in the place of the path', async () => {
    const basic = `Authorization: Basic ${Buffer.from(`A:${SECRET}`).toString('base64')}`;
    expect((await listener.ask(request('/events', { headers: [basic], body: 'x' }))).statuses).toEqual([200]);
    expect(listener.sink.readings).toMatchObject([{ deviceId: 'A', topic: 'events' }]);
  });

  it('may come in chunks, and after a 100 Continue', async () => {
    const wire = await listener.dial();
    wire.write(`POST ${pathOf('A')} HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n`);
    expect((await wire.answers(1)).statuses).toEqual([100]);
    wire.write('3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n');
    expect((await wire.answers(2)).statuses).toEqual([100, 200]);
    expect(listener.sink.bodies).toEqual(['abcde']);
    wire.destroy();
  });

  it('of a device that is known by its address comes in over the plain listener, from that address only', async () => {
    listener.addresses.set('127.0.0.9', account('Z', { login: 'address', passwordHash: undefined }));
    expect((await listener.ask(request('/events', { body: 'Z' }), '127.0.0.9')).statuses).toEqual([200]);
    expect((await listener.ask(request('/events', { body: 'Z' }), '127.0.0.8')).statuses).toEqual([401]);
    expect(listener.sink.readings).toMatchObject([{ deviceId: 'Z' }]);
  });
});

describe('the answer', () => {
  it('waits for the commit', async () => {
    listener.sink.hold();
    const wire = await listener.dial();
    wire.write(request(pathOf('A'), { body: 'first' }));
    await listener.sink.reached(1);
    const other = await listener.dial();
    other.write(request(pathOf('B'), { body: 'second' }));
    await listener.sink.reached(2);
    expect([wire.heard.statuses, other.heard.statuses]).toEqual([[], []]);
    listener.sink.settleAll();
    expect((await wire.answers(1)).statuses).toEqual([200]);
    wire.destroy();
    other.destroy();
  });

  it('is 503 and a time to come again where the outbox takes nothing', async () => {
    listener.sink.failure = new AnGridError('outbox.full', { op: 'test' });
    const heard = await listener.ask(request(pathOf('A'), { body: 'x' }));
    expect(heard.statuses).toEqual([503]);
    expect(heard.text).toMatch(/retry-after: 10/i);
    listener.sink.failure = undefined;
    expect((await listener.ask(request(pathOf('A'), { body: 'x' }))).statuses).toEqual([200]);
  });

  it('is 503 where the pipeline fails in a way that nobody foresaw, and that is an error in the log', async () => {
    listener.sink.failure = new TypeError('surprise');
    expect((await listener.ask(request(pathOf('A'), { body: 'x' }))).statuses).toEqual([503]);
    expect(listener.logged.join()).toContain('a request over HTTP failed');
  });
});

describe('an instruction that a device fetches', () => {
  it('goes out with its next request of that path, one at a time and in order', async () => {
    const first = listener.push.hold('A', { topic: 'next', payload: 'C:1' });
    const second = listener.push.hold('A', { topic: 'next', payload: 'C:2' });
    const fetch = async () =>
      (await listener.ask(request(pathOf('A', 'next'), { method: 'GET' }))).text.split('\r\n\r\n')[1];
    expect(await fetch()).toBe('C:1');
    await first;
    expect((await listener.ask(request(pathOf('A'), { body: 'x' }))).text).toMatch(/OK$/);
    expect(await fetch()).toBe('C:2');
    await second;
    expect(await fetch()).toBe('OK');
  });

  it('is no message where the profile reads none there, but a sign of life', async () => {
    await listener.ask(request(pathOf('A', 'next'), { method: 'GET' }));
    expect([listener.sink.readings, listener.lives, listener.presences]).toEqual([[], ['A'], ['A online']]);
  });

  it('of another device is not given away', async () => {
    const held = listener.push.hold('B', { topic: 'next', payload: 'C:1' });
    expect((await listener.ask(request(pathOf('A', 'next'), { method: 'GET' }))).text).toMatch(/OK$/);
    listener.push.forget('B');
    await expect(held).rejects.toMatchObject({ code: 'device.unreachable' });
  });

  it('is refused when too many wait', async () => {
    const held = Array.from({ length: 32 }, () => listener.push.hold('A', { topic: 'next', payload: 'C' }));
    const refused = Promise.allSettled(held);
    await expect(listener.push.hold('A', { topic: 'next', payload: 'C' })).rejects.toMatchObject({
      code: 'device.busy',
    });
    listener.push.forget('A');
    await refused;
  });
});

describe('time', () => {
  it('takes an instruction back that was not fetched, and a device for absent that was silent', async () => {
    const clock = new VirtualClock('2026-01-01T00:00:00Z');
    await listener.stop();
    listener = await testListener({ clock });
    await listener.ask(request(pathOf('A'), { body: 'x' }));
    const held = listener.push.hold('A', { topic: 'next', payload: 'C:1' });
    const outcome = expect(held).rejects.toMatchObject({ code: 'device.unreachable', subject: 'A' });
    await clock.advance(60_000);
    expect(listener.presences).toEqual(['A online']);
    await clock.advance(2_000);
    expect(listener.presences).toEqual(['A online', 'A offline']);
    await clock.advance(600_000);
    await outcome;
  });
});
