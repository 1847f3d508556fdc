import { describe, expect, it, test } from '@jest/globals';
import { stringify } from 'yaml';
import { parseProfile } from '../format/parse-profile.js';
import { emitting, tiny } from '../testing.fixture.js';
import { lintProfile } from './lint.js';
import type { LintRule } from './rules.js';

const withDown = { transport: { ...tiny.transport, down: { commands: { topic: 'tiny/{device}' } } } };
const opened = { kind: 'door.opened' };

function errorsOf(changes: object): string[] {
  const profile = parseProfile(stringify({ ...tiny, ...changes }), 'tiny.yaml');
  const errors = lintProfile(profile).filter((finding) => finding.level === 'error');
  return errors.map((finding) => `${finding.rule} ${finding.path}`);
}

describe('the linter', () => {
  it('finds nothing in a good profile but that it needs examples', () => {
    const findings = lintProfile(parseProfile(stringify(tiny), 'tiny.yaml'));
    expect(findings.map(({ rule, level }) => `${level} ${rule}`)).toEqual([
      'advice few-examples',
      'advice no-such-example',
      'advice no-such-example',
    ]);
  });

  test.each<[string, object, LintRule, string]>([
    ['a message on a topic that is not there', emitting(opened, { on: ['event'] }), 'unknown-topic', 'messages.0.on'],
    [
      'a message that cannot be told from its repetition',
      emitting(opened, { dedup: undefined }),
      'no-dedup',
      'messages.0',
    ],
    [
      'equal bytes as one event, without a time in them',
      emitting(opened, { dedup: [{ rule: 'raw' }] }),
      'raw-without-time',
      'messages.0',
    ],
    [
      'a code table that is not there',
      emitting({ code: ['c'], codes: 'nope' }),
      'unknown-table',
      'messages.0.emits.0.codes',
    ],
    [
      'a value table that is not there',
      emitting({ ...opened, keep: { a: { path: 'a', as: 'token', values: 'no' } } }),
      'unknown-table',
      'messages.0.emits.0.keep.a',
    ],
    ['`is` without a discriminator', emitting(opened, { is: ['x'] }), 'no-discriminator', 'messages.0.is'],
    [
      'a heartbeat that nobody waits for',
      { messages: [{ name: 'beat', on: ['events'], presence: 'heartbeat' }] },
      'no-offline-rule',
      'messages.0',
    ],
    [
      'waiting for a device that never speaks',
      { heartbeat: { offlineAfterSeconds: 60 }, messages: [{ name: 'x', on: ['events'], drop: 'nothing' }] },
      'no-sign-of-life',
      'heartbeat',
    ],
    [
      'an acknowledgement to nowhere',
      emitting(opened, { acknowledge: { to: 'commands', body: { a: 1 } } }),
      'unknown-topic',
      'messages.0.acknowledge.to',
    ],
    [
      'a template without end',
      {
        ...withDown,
        ...emitting(opened, {
          acknowledge: { to: 'commands', body: { a: { b: { c: { d: { e: { f: { g: 1 } } } } } } } },
        }),
      },
      'template-too-large',
      'messages.0.acknowledge.body',
    ],
    [
      'a command that opens the door',
      { ...withDown, commands: { 'unlock-door': { to: 'commands', body: { a: 1 } } } },
      'unlock',
      'commands.unlock-door',
    ],
    [
      'a command whose body opens the door',
      { ...withDown, commands: { x: { to: 'commands', body: { op: 'OpenDoor' } } } },
      'unlock',
      'commands.x',
    ],
    [
      'a topic to all devices at once',
      { transport: { ...tiny.transport, down: { all: { topic: 'tiny/{any}' } } } },
      'wide-down-topic',
      'transport.down.all',
    ],
    [
      'keeping a field that it calls personal',
      { personal: { drop: ['owner'] }, ...emitting({ ...opened, keep: { owner: { path: 'owner', as: 'token' } } }) },
      'keeps-personal',
      'messages.0.emits.0.keep.owner',
    ],
    [
      'keeping a part of a personal field',
      { personal: { drop: ['person'] }, ...emitting({ ...opened, channel: 'person.flat' }) },
      'keeps-personal',
      'messages.0.emits.0.channel',
    ],
    [
      'knowing an event by a person',
      { personal: { pseudonym: ['uid'] }, ...emitting(opened, { dedup: [{ rule: 'vendor-record', key: ['uid'] }] }) },
      'keeps-personal',
      'messages.0.dedup',
    ],
    [
      'a credential that is not declared',
      emitting(opened, { credential: ['uid'] }),
      'undeclared-credential',
      'credential',
    ],
  ])('refuses %s', (_what, changes, rule, path) => {
    expect(errorsOf(changes)).toEqual([`${rule} ${path}`]);
  });

  test.each([
    'info.personName',
    'info.persionName',
    'info.idCard',
    'card',
    'CardNo',
    'info.telnum',
    'phone',
    'Similarity1',
    'LicencePlate',
    'snapPic',
    'faceImage',
    'birthday',
    'employeeNoString',
    'password',
  ])('refuses to keep %s, whatever the author thinks of it', (path) => {
    expect(errorsOf(emitting({ ...opened, keep: { kept: { path, as: 'token' } } }))).toEqual([
      'looks-personal messages.0.emits.0.keep.kept',
    ]);
  });

  it('lets a closed list of words through from any field', () => {
    const values = { values: { sources: { '0': 'keypad', '1': 'rfid' } } };
    const keep = { source: { path: 'action_source_name', as: 'token', values: 'sources' } };
    expect(errorsOf({ ...values, ...emitting({ ...opened, keep }) })).toEqual([]);
  });

  it('says everything in both languages', () => {
    for (const finding of lintProfile(
      parseProfile(stringify({ ...tiny, ...emitting(opened, { on: ['no'], dedup: undefined }) }), 'tiny.yaml'),
    )) {
      expect(finding.text['zh-CN']).toMatch(/\p{Script=Han}/u);
      expect(finding.text.en).toMatch(/^[^\p{Script=Han}]+$/u);
    }
  });
});
