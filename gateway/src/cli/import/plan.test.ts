import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DeviceRow } from '../../control/answers.js';
import { type Column, readHeads } from './columns.js';
import { planImport, type Present } from './plan.js';
import { problemWords } from './problem.js';
import { readRow } from './wanted.js';

const gate1: DeviceRow = {
  id: 'gate-1',
  kind: 'panel',
  name: '南门',
  profile: 'json-panel',
  profileKnown: true,
  user: 'gate-1',
  place: 'p-1',
  cameras: ['cam-1'],
  inSite: true,
  state: 'online',
  since: '2026-01-01T00:00:00.000Z',
};
const cam1: DeviceRow = {
  ...gate1,
  id: 'cam-1',
  kind: 'camera',
  profile: 'camera',
  address: 'http://10.0.0.9/x',
  cameras: [],
};
const present: Present = {
  devices: new Map([gate1, cam1].map((device) => [device.id, device])),
  profiles: new Map([
    ['json-panel', 'panel'],
    ['camera', 'camera'],
  ]),
  places: new Set(['p-1', 'p-2']),
  hasCredentials: false,
  passwordFault: (file) => (file === 'good.pass' ? undefined : `${file} cannot be read`),
};

type Cells = Partial<Record<Column, string>>;

function planOf(...rows: readonly Cells[]) {
  return planWith(present, rows);
}

function planWith(known: Present, rows: readonly Cells[]) {
  const columns: Column[] = [...new Set(rows.flatMap((row) => Object.keys(row) as Column[]))];
  const read = rows.map((row, index) =>
    readRow({ number: index + 2, cells: columns.map((column) => row[column] ?? '') }, columns),
  );
  return planImport(read, known);
}

function codesOf(row: Cells): string[] {
  const [planned] = planOf(row);
  return (planned?.problems ?? []).map(({ code }) => code);
}

const camera = {
  id: 'cam-2',
  profile: 'camera',
  address: 'http://10.0.0.8/x',
  user: 'admin',
  passwordFile: 'good.pass',
};

describe('the plan of an import', () => {
  it('adds what is new, changes what differs and leaves alone what is the same', () => {
    const plan = planOf(
      { id: 'gate-2', profile: 'json-panel', name: '北门' },
      { id: 'gate-1', profile: 'json-panel', name: '南大门', place: 'p-2', cameras: 'cam-1' },
      { id: 'cam-1', profile: 'camera', address: 'http://10.0.0.9/x' },
    );
    expect(plan.map(({ action, fields }) => [action, fields])).toEqual([
      ['add', []],
      ['change', ['name', 'place']],
      ['same', []],
    ]);
  });

  it('takes a camera by its serial number, and without a login where the gateway has a list of them', () => {
    const bare = { id: 'cam-2', profile: 'camera', serial: '00:11:22:33:44:55' };
    expect(planWith({ ...present, hasCredentials: true }, [bare])).toMatchObject([{ action: 'add', problems: [] }]);
    expect(codesOf(bare)).toEqual(['user-missing', 'password-missing']);
  });

  it('takes an empty cell for nothing to change', () => {
    expect(planOf({ id: 'gate-1', profile: 'json-panel', name: '', place: '' })[0]).toMatchObject({ action: 'same' });
  });

  it('lets a door name a camera of a later row, however the list is written', () => {
    const [door] = planOf({ id: 'gate-1', profile: 'json-panel', cameras: 'cam-1、cam-2' }, camera);
    expect(door).toMatchObject({ action: 'change', fields: ['cameras'], newCameras: ['cam-2'] });
  });

  it.each<[string, Cells, string[]]>([
    ['no id', { profile: 'json-panel' }, ['id-missing']],
    ['an id with a space', { id: 'gate 1', profile: 'json-panel' }, ['id-invalid']],
    ['no profile', { id: 'a' }, ['profile-missing']],
    ['an unknown profile', { id: 'a', profile: 'x' }, ['profile-unknown']],
    ['an unknown kind', { id: 'a', profile: 'json-panel', kind: '电梯' }, ['kind-unknown']],
    ['a kind that is not that of its profile', { id: 'a', profile: 'json-panel', kind: '摄像机' }, ['kind-other']],
    ['the id of a device of another kind', { ...camera, id: 'gate-1' }, ['kind-changed']],
    [
      'a camera without anything',
      { id: 'a', profile: 'camera' },
      ['address-missing', 'user-missing', 'password-missing'],
    ],
    ['a password in the address', { ...camera, address: 'http://u:secret@10.0.0.8/x' }, ['address-invalid']],
    ['a password file that others can read', { ...camera, passwordFile: 'open.pass' }, ['password-unreadable']],
    ['a panel with an address', { id: 'a', profile: 'json-panel', address: 'http://10.0.0.8/x' }, ['panel-extra']],
    ['a panel whose user has a space', { id: 'a', profile: 'json-panel', user: 'a b' }, ['user-invalid']],
    ['a vendor id that would be a wildcard', { id: 'a', profile: 'json-panel', vendorId: '+' }, ['vendor-id-invalid']],
    ['an unknown place', { id: 'a', profile: 'json-panel', place: 'p-9' }, ['place-unknown']],
    ['a door where a camera should be', { id: 'a', profile: 'json-panel', cameras: 'gate-1' }, ['camera-unknown']],
    ['a name of a whole page', { id: 'a', profile: 'json-panel', name: 'x'.repeat(201) }, ['name-long']],
  ])('refuses %s', (_, row, codes) => expect(codesOf(row)).toEqual(codes));

  it('never shows what stands before an @ in an address', () => {
    const [planned] = planOf({ ...camera, address: 'http://u:secret@10.0.0.8/x' });
    const words = planned?.problems.map((one) => problemWords(one, 'en').says).join();
    expect(words).toBe('"…@10.0.0.8/x" is no address of a camera');
  });

  it('refuses the second of two rows with one id, and names the first', () => {
    const [first, second] = planOf({ id: 'a', profile: 'json-panel' }, { id: 'a', profile: 'json-panel' });
    expect(first).toMatchObject({ action: 'add' });
    expect(second).toMatchObject({ action: 'refused', problems: [{ code: 'id-twice', values: { id: 'a', row: 2 } }] });
  });

  it('takes full-width letters for what they are', () => {
    expect(planOf({ id: 'ｇａｔｅ－９', profile: 'json-panel' })[0]?.wanted.id).toBe('gate-9');
  });

  it('lets no row stop another, whatever stands in the sheet', () => {
    const text = fc.constantFrom(
      '',
      'gate-1',
      'cam-1',
      'x y',
      '门',
      'json-panel',
      'camera',
      'p-1',
      'good.pass',
      'http://10.0.0.8/x',
    );
    const row = fc.record({
      id: text,
      profile: text,
      kind: text,
      address: text,
      user: text,
      passwordFile: text,
      place: text,
      cameras: text,
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 4 }), (rows) => {
        const good = { id: 'lonely', profile: 'json-panel' };
        const plan = planOf(...rows, good);
        expect(plan).toHaveLength(rows.length + 1);
        expect(plan.at(-1)).toMatchObject({ action: 'add', problems: [] });
        for (const { action, problems } of plan) expect(action === 'refused').toBe(problems.length > 0);
      }),
    );
  });
});

describe('the heads of a sheet', () => {
  it('may be Chinese or English, in any order, with columns of the reader without a head', () => {
    expect(readHeads(['备注'.slice(0, 0), '设备编号', 'Profile', ' 位置 ']).columns).toEqual([
      undefined,
      'id',
      'profile',
      'place',
    ]);
  });

  it('that are unknown, doubled, missing or hold passwords are each told', () => {
    expect(readHeads(['id', '编号', '楼栋', '密码']).mistakes).toEqual([
      { is: 'twice', head: '编号' },
      { is: 'unknown', head: '楼栋' },
      { is: 'password', head: '密码' },
      { is: 'missing', head: 'profile' },
    ]);
  });
});
