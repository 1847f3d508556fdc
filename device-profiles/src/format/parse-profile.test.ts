import { AnGridError } from '@angrid/contract';
import { describe, expect, it, test } from '@jest/globals';
import { stringify } from 'yaml';
import { emitting, tiny } from '../testing.fixture.js';
import { parseProfile } from './parse-profile.js';

function mistakeOf(text: string): string {
  try {
    parseProfile(text, 'tiny.yaml');
  } catch (error) {
    if (error instanceof AnGridError && error.code === 'profile.invalid') return error.detail ?? '';
    throw error;
  }
  return '';
}

describe('a profile', () => {
  it('is taken when nothing is wrong with it', () => {
    expect(parseProfile(stringify(tiny), 'tiny.yaml').name).toBe('tiny');
  });

  test.each<[string, object, string]>([
    ['a misspelt key', { verifed: true }, 'profile: unknown key "verifed", did you mean "verified"?'],
    [
      'a misspelt key inside',
      { transport: { ...tiny.transport, protcol: 1 } },
      'transport: unknown key "protcol", did you mean "protocol"?',
    ],
    [
      'a misspelt key of a message',
      emitting({ kind: 'door.opened' }, { dedupe: [] }),
      'messages.0: unknown key "dedupe", did you mean "dedup"?',
    ],
    [
      'a misspelt key of an emission',
      emitting({ kind: 'door.opened', chanel: 'door' }),
      'messages.0.emits.0: unknown key "chanel", did you mean "channel"?',
    ],
    ['a key that resembles nothing', { zzzzzzzzzz: 1 }, 'profile: unknown key "zzzzzzzzzz"'],
    ['code', emitting({ kind: 'door.opened', script: 'return 1' }), 'messages.0.emits.0: unknown key "script"'],
    [
      'a path into the language',
      emitting({ kind: 'door.opened', channel: 'constructor.name' }),
      'messages.0.emits.0.channel: a path is up to 8 names joined by dots, $device, $topic.name, $query.name or $item.name',
    ],
    [
      'a path that is too deep',
      emitting({ kind: 'door.opened', channel: 'a.b.c.d.e.f.g.h.i' }),
      'messages.0.emits.0.channel: a path is up to 8 names joined by dots, $device, $topic.name, $query.name or $item.name',
    ],
    [
      'two ways to say the kind',
      emitting({ kind: 'door.opened', code: ['a'], codes: 'b' }),
      'messages.0.emits.0: exactly one of kind, code and state',
    ],
    [
      'a message that says nothing',
      { messages: [{ name: 'x', on: ['events'] }] },
      'messages.0: exactly one of emits, presence and drop',
    ],
    [
      'a comparison with two operators',
      emitting({ kind: 'door.opened', when: [{ path: 'a', equals: 1, is: true }] }),
      'messages.0.emits.0.when.0: exactly one of equals, in, is, present, atLeast, below, bits, hasWord',
    ],
    [
      'a wildcard topic',
      { transport: { protocol: 'mqtt', up: { events: { topic: 'tiny/#' } } } },
      'transport.up.events.topic: no wildcard, no blank, no empty level',
    ],
    [
      'a system topic',
      { transport: { protocol: 'mqtt', up: { events: { topic: '$SYS/x' } } } },
      'transport.up.events.topic: no wildcard, no blank, no empty level',
    ],
  ])('with %s is refused, and the place is named', (_what, changes, expected) => {
    expect(mistakeOf(stringify({ ...tiny, ...changes }))).toBe(expected);
  });

  it('with a kind that does not exist is refused', () => {
    expect(mistakeOf(stringify({ ...tiny, ...emitting({ kind: 'door.painted' }) }))).toMatch(
      /^messages\.0\.emits\.0\.kind: /,
    );
  });

  it('that is not YAML is refused with its line', () => {
    expect(mistakeOf('name: [tiny')).toMatch(/line 1/);
  });

  it('names a key once', () => {
    expect(mistakeOf('name: a\nname: b')).toMatch(/unique/);
  });

  it('cannot multiply itself by aliases', () => {
    const bomb = [
      'a: &a [1,2,3,4,5,6,7,8,9]',
      ...'bcdefghi'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdefgh'[index]},`.repeat(9)}]`),
    ];
    expect(mistakeOf(bomb.join('\n'))).toMatch(/alias/i);
  });

  it('is at most 1 MiB of text', () => {
    expect(mistakeOf(' '.repeat(1024 * 1024 + 1))).toBe('the file is larger than 1 MiB');
  });
});
