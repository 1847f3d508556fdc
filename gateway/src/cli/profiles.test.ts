import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { route } from '../control/route.js';
import { Desk } from './cli.fixture.js';
import { differences } from './print/difference.js';

// The whole catalogue is read and compiled.
jest.setTimeout(60_000);

let desk: Desk | undefined;

afterEach(() => desk?.clear());

const bodies = [
  { what: 'move', how: 'open', recordId: 7, at: 1767225600, who: 'Li Wei' },
  { what: 'move', how: 'shut', recordId: 8, at: 1767225604, phone: '13800138000' },
];

async function writeBodies(desk: Desk): Promise<void> {
  await writeFile(desk.path('bodies.txt'), bodies.map((body) => JSON.stringify(body)).join('\n'));
}

describe('angrid profile learn', () => {
  it('writes a draft of a file of bodies that passes lint and test, without a gateway', async () => {
    desk = await Desk.set();
    await writeBodies(desk);
    const learned = await desk.type([
      'profile',
      'learn',
      '--from',
      'bodies.txt',
      '--topic',
      'garden/news',
      '--output',
      'garden-gate.yaml',
    ]);
    expect([learned.status, learned.errors]).toEqual([0, '']);
    expect(learned.output).toContain('garden-gate.yaml: a draft with 2 examples of 2 messages');
    const text = await readFile(desk.path('garden-gate.yaml'), 'utf8');
    expect(text).not.toMatch(/Li Wei|13800138000/);
    expect(parse(text)).toMatchObject({ name: 'garden-gate', transport: { up: { news: { topic: 'garden/news' } } } });
    expect((await desk.type(['profile', 'lint', 'garden-gate.yaml', '--json'])).json()).toMatchObject({ ok: true });
    expect((await desk.type(['profile', 'test', 'garden-gate.yaml', '--json'])).json()).toMatchObject({ passed: true });
  });

  it('records what the profile of a device does not know, until the time is over', async () => {
    const line = (body: object, known: boolean, topic = 'acme/K13/news') => ({
      device: 'K13',
      topic,
      body: Buffer.from(JSON.stringify(body)).toString('base64'),
      known,
    });
    desk = await Desk.set([
      route('GET', '/devices', () => ({ json: [{ id: 'gate-1', profile: 'json-panel' }] })),
      route('GET', '/profiles', () => ({ json: [{ name: 'json-panel', protocol: 'mqtt' }] })),
      route('GET', '/devices/:id/messages', ({ signal }) => ({
        stream: (async function* () {
          yield line(bodies[0] ?? {}, false);
          yield line({ event: 'door.opened' }, true);
          yield line({ other: 1 }, false, 'other/topic');
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
        })(),
      })),
    ]);
    const typed = ['profile', 'learn', '--device', 'gate-1', '--topic', 'acme/#', '--for', '1s', '--json'];
    const { status, json } = await desk.type(typed);
    expect(status).toBe(0);
    expect(json()).toEqual({ file: 'draft.yaml', captured: 1, examples: 1, unreadable: 0, fits: [] });
    expect(parse(await readFile(desk.path('draft.yaml'), 'utf8'))).toMatchObject({
      transport: { up: { news: { topic: 'acme/{device}/news' } } },
    });
  });

  it('says first which profile fits already', async () => {
    desk = await Desk.set();
    const event = { event: 'door.forced', seq: 17, boot: 'b3', time: '2026-01-01T08:00:00+08:00', door: '1' };
    await writeFile(desk.path('bodies.txt'), JSON.stringify(event));
    const { output } = await desk.type([
      'profile',
      'learn',
      '--from',
      'bodies.txt',
      '--topic',
      'angrid/v1/example/event',
    ]);
    expect(output).toMatch(/draft\.yaml/);
    const unnamed = await desk.type(['profile', 'learn', '--from', 'bodies.txt', '--output', 'other.yaml']);
    expect(unnamed.output).toMatch(/^fits generic\/json-panel {2}1 of 1\n/);
  });

  it.each<[string, string[], RegExp]>([
    ['neither source', [], /give either --device or --from/],
    ['a bad name', ['--from', 'bodies.txt', '--output', 'My Panel.yaml'], /is no name for a profile/],
    ['a file that is there', ['--from', 'bodies.txt', '--output', 'there.yaml'], /exists already/],
    ['a span without a unit', ['--from', 'bodies.txt', '--for', '10'], /is not a span of time/],
    ['a span beyond a day', ['--from', 'bodies.txt', '--for', '25h'], /is not a span of time/],
  ])('refuses %s', async (_what, options, says) => {
    desk = await Desk.set();
    await writeBodies(desk);
    await writeFile(desk.path('there.yaml'), '');
    const { status, errors } = await desk.type(['profile', 'learn', ...options]);
    expect(status).toBe(2);
    expect(errors).toMatch(says);
  });

  it('says what to do where nothing was heard', async () => {
    desk = await Desk.set();
    await writeFile(desk.path('bodies.txt'), '\n\n');
    const { status, errors } = await desk.type(['profile', 'learn', '--from', 'bodies.txt']);
    expect(status).toBe(1);
    expect(errors).toContain('profile.nothing-learned');
  });
});

describe('angrid profile test', () => {
  it('takes the name of a profile', async () => {
    desk = await Desk.set();
    const { status, output } = await desk.type(['profile', 'test', 'json-panel']);
    expect(status).toBe(0);
    expect(output).toMatch(/^passed {2}json-panel@.*\n\n1 profiles, \d+ examples, 0 failed\n$/);
  });

  it('shows only what differs, place by place', async () => {
    desk = await Desk.set();
    await writeBodies(desk);
    await desk.type(['profile', 'learn', '--from', 'bodies.txt', '--output', 'garden.yaml']);
    const text = await readFile(desk.path('garden.yaml'), 'utf8');
    await writeFile(desk.path('garden.yaml'), text.replace(/open:\s+ignore: not-mapped-yet/, 'open: door.opened'));
    const { status, output } = await desk.type(['profile', 'test', 'garden.yaml']);
    expect(status).toBe(1);
    expect(output).toContain('      drops.not-mapped-yet\n        expected  1\n        came out  nothing\n');
    expect(output).toContain('      events\n        expected  nothing\n        came out  [{"kind":"door.opened"');
    expect(output).toContain('1 profiles, 2 examples, 1 failed');
  });

  it('tells two values apart at their smallest differing parts', () => {
    expect(differences({ a: [{ b: 1, c: 2 }], d: 1 }, { a: [{ b: 1, c: 3 }, { e: 1 }], d: 1 })).toEqual([
      { path: 'a.0.c', expected: '2', actual: '3' },
      { path: 'a.1', expected: undefined, actual: '{"e":1}' },
    ]);
    expect(differences({ a: { b: 1 } }, { a: [] })).toEqual([{ path: 'a', expected: '{"b":1}', actual: '[]' }]);
  });
});

describe('angrid profile schema', () => {
  it('prints the schema as editors take it', async () => {
    desk = await Desk.set();
    const { output, json } = await desk.type(['profile', 'schema']);
    expect(output.endsWith('}\n')).toBe(true);
    expect(json()).toMatchObject({ title: 'AnGrid device profile', properties: { messages: expect.anything() } });
  });
});
