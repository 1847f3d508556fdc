import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { raiseStage, type Stage } from '../demo/stage.js';
import type { Incident } from '../demo/first-incident.js';
import { SimulatedCamera } from '../simulators/camera/index.js';
import { JsonPanel } from '../simulators/panel/json-panel.js';
import { angrid, Program, programs } from '../support/program.js';
import { until } from '../support/until.js';

jest.setTimeout(180_000);

describe('an installer sets a gateway up with the CLI alone', () => {
  let folder: string;
  let stage: Stage;
  let camera: SimulatedCamera;
  let gateway: Program;
  let environment: Record<string, string>;
  let panel: JsonPanel;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'angrid-walk-'));
    stage = await raiseStage({ folder, port: 0, onLine: () => undefined });
    camera = await SimulatedCamera.start({
      id: 'walk-cam',
      name: 'walk',
      user: 'onvif',
      password: 'walk-pass-1',
      cacheDir: join(tmpdir(), 'angrid-streams'),
    });
    environment = {
      ANGRID_GATEWAY_DATA: join(folder, 'gateway'),
      ANGRID_GATEWAY_BROKER_TLS: '127.0.0.1:0',
      ANGRID_GATEWAY_METRICS: '127.0.0.1:0',
      ANGRID_GATEWAY_CAMERAS_NETWORKS: '127.0.0.0/8',
      ANGRID_GATEWAY_MEDIA_RING: join(folder, 'ring'),
    };
  });

  afterAll(async () => {
    await panel?.stop();
    await gateway?.stop();
    await camera?.stop();
    await stage?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('pairs the gateway with a one-time code, which serves once', async () => {
    const init = ['init', '--cloud', stage.httpsUrl, '--code', stage.enrolmentCode, '--name', 'walk'];
    await angrid(init, environment);
    await expect(angrid(init, { ...environment, ANGRID_GATEWAY_DATA: join(folder, 'another') })).rejects.toThrow(
      /enrol\.code-invalid/,
    );
    gateway = Program.start(programs.cli, ['run'], { environment });
    await gateway.line(({ msg }) => msg === 'the gateway runs');
  });

  it('adds a camera, and a panel with its place and camera', async () => {
    const password = join(folder, 'camera.password');
    await writeFile(password, 'walk-pass-1', { mode: 0o600 });
    await angrid(
      [
        'device',
        'add',
        'cam',
        '--name',
        'Gate camera',
        '--profile',
        'camera',
        '--address',
        camera.onvifAddress,
        '--user',
        'onvif',
        '--password-file',
        password,
        '--place',
        'south-gate',
      ],
      environment,
    );
    const { access } = await angrid<{
      access: { port: number; user: string; password: string; certificateAuthority: string };
    }>(
      [
        'device',
        'add',
        'gate',
        '--name',
        'Gate',
        '--profile',
        'json-panel',
        '--place',
        'south-gate',
        '--camera',
        'cam',
      ],
      environment,
    );
    const ca = await readFile(access.certificateAuthority, 'utf8');
    panel = await JsonPanel.start({
      host: '127.0.0.1',
      port: access.port,
      user: access.user,
      password: access.password,
      ca,
      device: 'gate',
    });
    const row = await until('the links come back from the cloud', async () => {
      const devices = await angrid<{ id: string; place?: string; cameras: string[] }[]>(
        ['device', 'list'],
        environment,
      );
      return devices.find(
        ({ id, place, cameras }) => id === 'gate' && place === 'south-gate' && cameras.includes('cam'),
      );
    });
    expect(row).toMatchObject({ place: 'south-gate', cameras: ['cam'] });
  });

  it('sees the first alert of the panel in the cloud, with its unit', async () => {
    await panel.event('door.forced');
    const incident = await until('the incident is in the cloud', async () =>
      (await incidents(stage)).find(({ alerts }) => alerts.some(({ device }) => device.id === 'gate')),
    );
    expect(incident.unit?.path).toBe('suxi/330782105002/330782105002-b3');
    expect(incident.legs.map(({ role }) => role)).toEqual(['property-manager']);
  });

  it('follows a drill hop by hop, marked as one, and no officer hears of it', async () => {
    const fired = await angrid<Record<string, unknown>>(
      ['event', 'fire', '--device', 'gate', '--kind', 'door.forced', '--wait'],
      environment,
    );
    expect(JSON.stringify(fired)).toMatch(/"exercise"|drill|exercise/i);
    const drill = await until('the drill is in the cloud', async () =>
      (await incidents(stage)).find((incident) => 'exercise' in incident && incident.exercise === true),
    );
    expect(drill.legs.map(({ role }) => role)).not.toContain('handling-officer');
  });

  it('finds nothing broken', async () => {
    const findings = await angrid<unknown>(['doctor'], environment);
    expect(JSON.stringify(findings)).not.toContain('"broken"');
  });
});

async function incidents(stage: Stage): Promise<readonly (Incident & { readonly exercise?: boolean })[]> {
  return (await stage.police.get<{ incidents: readonly Incident[] }>('/api/incidents?state=all&limit=50')).incidents;
}
