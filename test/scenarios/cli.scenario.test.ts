import { execFile } from 'node:child_process';
import { readFile, rm, mkdtemp, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { widthOf } from '@angrid/gateway/cli/print/width';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { raiseStage, type Stage } from '../demo/stage.js';
import { SimulatedCamera } from '../simulators/camera/index.js';
import { push } from '../simulators/http-panel/pusher.js';
import { JsonPanel } from '../simulators/panel/json-panel.js';
import { angrid, Program, programs } from '../support/program.js';
import { until } from '../support/until.js';

jest.setTimeout(180_000);

const CANARY = 'canary-7731-camera';

interface Typed {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** A command line as a person types it; any exit code is an answer. */
async function typed(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Typed> {
  const env = { PATH: process.env['PATH'], LANG: 'en_US.UTF-8', ...environment };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [programs.cli, ...args], { env });
    return { code: 0, output: stdout, errors: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout, errors: stderr };
  }
}

describe('the command line beside a running gateway and its cloud', () => {
  let folder: string;
  let stage: Stage;
  let camera: SimulatedCamera;
  let gateway: Program;
  let panel: JsonPanel;
  let environment: Record<string, string>;
  const log: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'angrid-cli-'));
    stage = await raiseStage({ folder, port: 0, onLine: () => undefined });
    camera = await SimulatedCamera.start({
      id: 'cli-cam',
      name: 'cli',
      user: 'onvif',
      password: CANARY,
      cacheDir: join(tmpdir(), 'angrid-streams'),
    });
    environment = {
      ANGRID_GATEWAY_DATA: join(folder, 'gateway'),
      ANGRID_GATEWAY_BROKER_TLS: '127.0.0.1:0',
      ANGRID_GATEWAY_HTTP_TLS: '127.0.0.1:0',
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

  it('names what is missing before there is a gateway, and after it is set up but not running', async () => {
    const before = await typed(['doctor'], environment);
    expect([before.code, before.output]).toEqual([1, expect.stringContaining('has not been set up')]);
    await angrid(['init', '--cloud', stage.httpsUrl, '--code', stage.enrolmentCode], environment);
    const again = await typed(['init', '--cloud', stage.httpsUrl, '--code', stage.enrolmentCode], environment);
    expect([again.code, again.errors]).toEqual([5, expect.stringContaining('--again')]);
    expect((await typed(['status'], environment)).code).toBe(3);
    const stopped = await typed(['doctor'], environment);
    expect([stopped.code, stopped.output]).toEqual([1, expect.stringContaining('the gateway does not run')]);
    gateway = Program.start(programs.cli, ['run'], { environment, onLine: (line) => log.push(line) });
    await gateway.line(({ msg }) => msg === 'the gateway runs');
  });

  it('pairs a sheet of devices, and a second time has nothing to do', async () => {
    await writeFile(join(folder, 'camera.pass'), CANARY, { mode: 0o600 });
    const sheet = [
      '编号,类型,名称,配置文件,地址,用户名,密码文件,位置,摄像机',
      'gate,面板,南门,json-panel,,,,south-gate,cam',
      `cam,摄像机,南门摄像机,camera,${camera.onvifAddress},onvif,${join(folder, 'camera.pass')},south-gate,`,
      'door 2,面板,2 号楼,json-panel,,,,b2-gate,',
    ];
    const file = join(folder, 'devices.csv');
    await writeFile(file, sheet.join('\n'));
    const first = await typed(['device', 'import', file, '--apply'], environment);
    expect(first.output).toContain('row 4 door 2: "door 2" is no id');
    expect([first.code, first.output]).toEqual([
      1,
      expect.stringContaining('2 added, 0 changed, 0 unchanged, 1 refused'),
    ]);
    expect((await stat(`${file}.credentials.csv`)).mode & 0o777).toBe(0o600);
    const again = await until('the links come back from the cloud', async () => {
      const plan = await typed(['device', 'import', file], environment);
      return plan.output.includes('0 to add, 0 to change, 2 unchanged, 1 refused') ? plan : undefined;
    });
    expect(again.code).toBe(1);
  });

  it('gives credentials with which the panel connects, and hears it', async () => {
    const [, line = ''] = (await readFile(join(folder, 'devices.csv.credentials.csv'), 'utf8')).split('\r\n');
    const [, , , port, user = '', password = '', , ca = ''] = line.split(',').map((cell) => cell.slice(1, -1));
    panel = await JsonPanel.start({
      host: '127.0.0.1',
      port: Number(port),
      user,
      password,
      ca: await readFile(ca, 'utf8'),
      device: 'gate',
    });
    const tailing = typed(['events', 'tail', '--device', 'gate', '--count', '1'], environment);
    const heard = typed(['device', 'test', 'gate', '--wait', '60'], environment);
    const talking = setInterval(() => void panel.event('door.opened').catch(() => undefined), 500);
    try {
      expect([(await heard).code, (await heard).output]).toEqual([0, expect.stringContaining('It works.')]);
      expect((await tailing).output).toMatch(/gate .*door\.opened/);
    } finally {
      clearInterval(talking);
    }
  });

  it('finds the whole chain in order, proven by an exercise up to the property manager', async () => {
    const found = await until(
      'everything is in order',
      async () => {
        const doctor = await typed(['doctor', '--prove', 'gate'], environment);
        return doctor.code === 0 ? doctor : undefined;
      },
      90_000,
    );
    expect(found.output).toContain('reached: property manager');
    const fired = await typed(['event', 'fire', '--device', 'gate', '--kind', 'door.forced', '--wait'], environment);
    expect(fired.output).toContain('EXERCISE');
    expect(fired.output).toMatch(/gateway: outbox \(durable\) +reached +[\d.]+ m?s/);
    expect(fired.output).toMatch(/cloud: unit +reached +小区南门\s+\(suxi\/\d+/);
    expect([fired.code, fired.output]).toEqual([0, expect.stringContaining('Every hop was reached.')]);
  });

  it('shows the site, the places and the status in 80 columns', async () => {
    for (const args of [['status'], ['site', 'show'], ['site', 'places'], ['device', 'list'], ['quarantine', 'list']]) {
      const { code, output } = await typed(args, environment);
      expect([args, code]).toEqual([args, 0]);
      const lines = output.trimEnd().split('\n');
      expect([args, lines.filter((line) => widthOf(line) > 80)]).toEqual([args, []]);
      expect(lines.length).toBeGreaterThan(args[0] === 'quarantine' ? 0 : 2);
    }
  });

  it('renews the password of a panel, which ends its session', async () => {
    const { access } = await angrid<{ access: { password: string } }>(['device', 'password', 'gate'], environment);
    expect(access.password).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]{21}$/);
    await until('the panel is cut off', async () => {
      const [gate] = await angrid<{ id: string }[]>(['device', 'list', '--state', 'offline'], environment);
      return gate?.id === 'gate' ? gate : undefined;
    });
  });

  it('gives a device that pushes over HTTP an address with its secret, and hears it there', async () => {
    const { output } = await typed(['device', 'add', 'north', '--profile', 'acs-isapi', '--json'], environment);
    const url = /https:[^"\s]+/.exec(output)?.[0] ?? '';
    const ca = await readFile(/"certificateAuthority":\s*"([^"]+)"/.exec(output)?.[1] ?? '', 'utf8');
    const tailing = typed(['events', 'tail', '--device', 'north', '--count', '1'], environment);
    const answers: number[] = [];
    const forced = { majorEventType: 5, subEventType: 27, doorNo: 1, serialNo: 1, currentEvent: true };
    const talking = setInterval(() => {
      const dateTime = new Date().toISOString();
      const event = {
        eventType: 'AccessControllerEvent',
        eventState: 'active',
        dateTime,
        AccessControllerEvent: forced,
      };
      forced.serialNo += 1;
      const request = { method: 'POST', contentType: 'application/json', body: JSON.stringify(event) } as const;
      push({ url, ca }, request).then(
        ({ status }) => answers.push(status),
        () => answers.push(0),
      );
    }, 500);
    try {
      expect((await tailing).output).toMatch(/north .*door\.forced/);
    } finally {
      clearInterval(talking);
    }
    expect([...new Set(answers)]).toEqual([200]);
    expect(log.join('\n')).not.toContain(url.split('/')[5]);
    expect((await typed(['device', 'rm', 'north'], environment)).code).toBe(0);
  });

  it('makes a support bundle without secrets and names', async () => {
    const file = join(folder, 'bundle.tar.gz');
    await angrid(['support-bundle', file], environment);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const text = gunzipSync(await readFile(file)).toString('utf8');
    expect(text).toContain('angrid-support/status.json');
    for (const secret of [CANARY, Buffer.from(CANARY).toString('base64'), '南门']) expect(text).not.toContain(secret);
    const { stdout } = await promisify(execFile)('tar', ['tzf', file]);
    expect(stdout).toContain('angrid-support/doctor.json');
  });

  it('cannot start a second gateway on the same data', async () => {
    const { code, output, errors } = await typed(['run'], environment);
    expect([code, output + errors]).toEqual([1, expect.stringContaining('outbox.unusable')]);
    expect((await typed(['status'], environment)).code).toBe(0);
  });

  it('prints a completion that bash takes', async () => {
    const { output } = await typed(['completion', 'bash'], environment);
    const script = join(folder, 'completion.bash');
    await writeFile(script, output);
    const asked = `source ${script}; COMP_WORDS=(angrid device ""); COMP_CWORD=2; _angrid; echo "\${COMPREPLY[@]}"`;
    const { stdout } = await promisify(execFile)('bash', ['-c', asked]);
    expect(stdout.trim().split(' ')).toEqual(expect.arrayContaining(['scan', 'add', 'import', 'test', 'rm']));
  });

  it('never lets the password of the camera reach the log', () => {
    expect(log.join('\n')).not.toContain(CANARY);
  });
});
