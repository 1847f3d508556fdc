import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AnGridError } from '@angrid/contract';
import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import type { DeviceRow } from '../../control/answers.js';
import { type ControlCall, type ControlRoute, route } from '../../control/route.js';
import { Desk, type Printed } from '../cli.fixture.js';
import type { Imported } from '../import/imported.js';

type Body = Record<string, unknown> & { id: string };

/** Plays the gateway: keeps devices, and fails where it is told to. */
class PlayedGateway {
  readonly devices = new Map<string, DeviceRow>();
  readonly links: unknown[] = [];
  readonly passwords: string[] = [];
  /** Ids whose pairing fails. */
  readonly failing = new Set<string>();
  /** Called once a device is stored, before the answer. */
  onStored: (id: string) => void = () => undefined;

  readonly routes: readonly ControlRoute[] = [
    route('GET', '/devices', () => ({ json: [...this.devices.values()] })),
    route('GET', '/profiles', () => ({
      json: [
        { name: 'json-panel', device: 'panel' },
        { name: 'camera', device: 'camera' },
      ],
    })),
    route('GET', '/credentials', () => ({ json: [] })),
    route('GET', '/site', () => ({ json: { places: [{ id: 'p-1' }], devices: [] } })),
    route('POST', '/devices', ({ body }) => ({ json: this.store(body as Body) })),
    route('PATCH', '/devices/:id', ({ params, body }) => ({
      json: this.store({ ...(body as Body), id: params[0] ?? '' }),
    })),
    route('POST', '/devices/:id/password', ({ params }: ControlCall) => ({ json: this.access(params[0] ?? '') })),
    route('POST', '/links', ({ body }) => {
      this.links.push(body);
      return { json: body };
    }),
  ];

  private store({ id, name = id, profile = 'json-panel' }: Body) {
    if (this.failing.has(id)) throw new AnGridError('onvif.not-authorized', { op: 'device.add', subject: id });
    const isNew = !this.devices.has(id);
    const kind = profile === 'camera' ? 'camera' : 'panel';
    this.devices.set(id, { id, kind, name, profile, cameras: [], user: id } as unknown as DeviceRow);
    this.onStored(id);
    return isNew && kind === 'panel' ? this.access(id) : { device: this.devices.get(id) };
  }

  private access(id: string) {
    const password = `pw${this.passwords.push(id)}-${id}`;
    const access = {
      hosts: ['10.0.0.1'],
      port: 8883,
      user: id,
      password,
      clientId: id,
      certificateAuthority: '/ca.crt',
    };
    return { device: this.devices.get(id), access };
  }
}

let played: PlayedGateway;
let desk: Desk;

beforeEach(async () => {
  played = new PlayedGateway();
  desk = await Desk.set(played.routes);
});
afterEach(() => desk.clear());

async function run(sheet: string, ...options: string[]): Promise<Printed> {
  await writeFile(desk.path('devices.csv'), sheet);
  return desk.type(['device', 'import', 'devices.csv', ...options]);
}

const SHEET = '编号,名称,配置文件,位置,摄像机\ngate-1,南门,json-panel,p-1,\ngate-2,北门,json-panel,,\n';

describe('importing a sheet', () => {
  it('only plans without --apply', async () => {
    const printed = await run(SHEET);
    expect(printed.status).toBe(0);
    expect(printed.output).toContain('2 to add, 0 to change, 0 unchanged, 0 refused');
    expect(printed.output).toContain('Nothing has been changed yet.');
    expect(played.devices.size).toBe(0);
  });

  it('pairs each device with --apply, links it, and keeps the passwords in a file of mode 0600', async () => {
    const printed = await run(SHEET, '--apply', '--json');
    expect(printed.status).toBe(0);
    const found = printed.json<Imported>();
    expect(found.counts).toEqual({ add: 2, change: 0, same: 0, refused: 0, failed: 0 });
    expect(played.links).toEqual([{ device: 'gate-1', cameras: [], place: 'p-1' }]);
    const file = desk.path('devices.csv.credentials.csv');
    expect(found.credentials).toBe(file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const lines = (await readFile(file, 'utf8')).trim().split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toBe('"gate-1","南门","10.0.0.1","8883","gate-1","pw1-gate-1","gate-1","/ca.crt",""');
    expect(printed.output + printed.errors).not.toContain('pw1-gate-1');
    expect(existsSync(desk.path('devices.csv.journal'))).toBe(false);
  });

  it('lets a row with a mistake, and one that fails, stop no other', async () => {
    played.failing.add('gate-2');
    const printed = await run(`${SHEET}gate 3,西门,json-panel,,\ngate-4,东门,json-panel,,\n`, '--apply');
    expect(printed.status).toBe(1);
    expect([...played.devices.keys()]).toEqual(['gate-1', 'gate-4']);
    expect(printed.output).toContain('row 3 gate-2: onvif.not-authorized');
    expect(printed.output).toContain('row 4 gate 3: "gate 3" is no id');
    expect(printed.output).toContain('2 added, 0 changed, 0 unchanged, 1 refused, 1 failed');
  });

  it('asks for --resume after one that did not come to its end, and goes on with it', async () => {
    played.failing.add('gate-2');
    await run(SHEET, '--apply');
    played.failing.clear();
    const again = await run(SHEET, '--apply');
    expect(again.status).toBe(5);
    expect(again.errors).toContain('--resume goes on with it');
    const resumed = await run(SHEET, '--resume');
    expect(resumed.status).toBe(0);
    expect([...played.devices.keys()]).toEqual(['gate-1', 'gate-2']);
    expect(played.passwords).toEqual(['gate-1', 'gate-2']);
  });

  it('gives a panel a new password where the answer with the first one was lost', async () => {
    const interrupted = new AbortController();
    played.onStored = (id) => id === 'gate-2' && interrupted.abort();
    await writeFile(desk.path('devices.csv'), SHEET);
    const argv = ['device', 'import', 'devices.csv', '--apply'];
    const cut = await desk.type(argv, { interrupted: interrupted.signal });
    expect(cut.status).toBe(130);
    played.onStored = () => undefined;
    expect((await run(SHEET, '--resume')).status).toBe(0);
    const credentials = await readFile(desk.path('devices.csv.credentials.csv'), 'utf8');
    expect(credentials.split('"gate-2"')).toHaveLength(4);
    expect(credentials).toContain('pw3-gate-2');
    expect(credentials).not.toContain('pw2-gate-2');
  });

  it('refuses a sheet that holds passwords', async () => {
    const printed = await run('id,profile,password\ncam-1,camera,hunter2\n');
    expect(printed.status).toBe(2);
    expect(printed.errors).toContain('holds passwords');
    expect(printed.errors).not.toContain('hunter2');
  });

  it('has nothing to resume where nothing was interrupted', async () => {
    expect((await run(SHEET, '--resume')).status).toBe(2);
  });
});
