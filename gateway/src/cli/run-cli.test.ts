import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AnGridError } from '@angrid/contract';
import { mkdir, writeFile } from 'node:fs/promises';
import { route } from '../control/route.js';
import { Desk } from './cli.fixture.js';

let desk: Desk;
beforeEach(async () => {
  desk = await Desk.set();
});
afterEach(() => desk.clear());

describe('a command line that cannot be understood', () => {
  it.each([
    [['stauts'], 'there is no command stauts; did you mean status?'],
    [['device', 'lst'], 'there is no command lst; did you mean list?'],
    [['status', '--jsn'], 'there is no option --jsn; did you mean --json?'],
    [['device', 'rm'], 'the argument id is missing; angrid --help shows what there is'],
    [['init', '--cloud', 'https://x'], 'the option --code <code> is required; angrid --help shows what there is'],
    [['device', 'rm', 'a', 'b'], 'there are too many arguments; angrid --help shows what there is'],
    [['device', 'list', '--kind'], 'the option --kind <kind> needs a value; angrid --help shows what there is'],
  ])('%j is refused with exit code 2 and the reason', async (argv, reason) => {
    const { status, errors, output } = await desk.type(argv);
    expect([status, output]).toEqual([2, '']);
    expect(errors.split('\n')[1]?.trim()).toBe(reason);
  });

  it('is refused in Chinese for who reads Chinese', async () => {
    const { errors } = await desk.type(['stauts'], { environment: { ANGRID_LANG: 'zh-CN' } });
    expect(errors).toBe(
      '错误 input.invalid：输入无效\n  没有命令 stauts；您是否想用 status？\n处理：按提示改正所列的字段\n',
    );
  });

  it('is JSON on standard output where --json stands', async () => {
    const printed = await desk.type(['device', 'rm', '--json']);
    expect(printed.status).toBe(2);
    expect(printed.errors).toBe('');
    expect(printed.json()).toMatchObject({ error: { code: 'input.invalid', exit: 2, retry: 'never' } });
  });

  it('shows the help of a group that is typed alone', async () => {
    const { status, errors } = await desk.type(['device']);
    expect(status).toBe(2);
    expect(errors).toContain('Usage: angrid device');
  });
});

describe('a gateway that cannot be asked', () => {
  it('is said not to be set up, with the way to do it', async () => {
    const { status, errors } = await desk.type(['status']);
    expect(status).toBe(3);
    expect(errors).toContain('Error gateway.not-initialised: The gateway has not been set up');
    expect(errors).toContain('Cure: Run angrid init --cloud <address> --code <code>');
  });

  it('is said not to run where it is set up', async () => {
    await mkdir(desk.path('identity'));
    await writeFile(desk.path('identity/gateway.json'), '{}');
    const { status, errors } = await desk.type(['status']);
    expect(status).toBe(3);
    expect(errors).toContain('gateway.not-running');
  });

  it('is said not to run where its socket is left over', async () => {
    await writeFile(desk.path('gateway.sock'), '');
    expect((await desk.type(['status', '--json'])).json()).toMatchObject({
      error: { code: 'gateway.not-running', exit: 3 },
    });
  });
});

describe('an error of the running gateway', () => {
  it('is told in the language of the reader, with its exit code', async () => {
    const busy = await Desk.set([
      route('DELETE', '/devices/:id', ({ params: [id = ''] }) => {
        throw new AnGridError('device.unknown', { op: 'devices.get', subject: id });
      }),
    ]);
    const { status, errors } = await busy.type(['device', 'rm', 'gate-9'], { environment: { ANGRID_LANG: 'zh-CN' } });
    expect(status).toBe(4);
    expect(errors).toContain('device.unknown：没有这个设备');
    expect(errors).toContain('处理：运行 angrid device list 查看已有设备');
    await busy.clear();
  });
});

describe('settings', () => {
  it('that are wrong end every command that needs them, each mistake in a line', async () => {
    const environment = { ANGRID_GATEWAY_LOG_LEVEL: 'loud', ANGRID_GATEWAY_METRIC: 'x' };
    const { status, errors } = await desk.type(['status'], { environment });
    expect(status).toBe(2);
    expect(errors.replaceAll(/\s+/g, ' ')).toContain(
      'ANGRID_GATEWAY_METRIC: there is no such variable; the nearest is ANGRID_GATEWAY_METRICS',
    );
    expect(errors).toContain('"loud" is not one of debug, info, warn, error');
  });

  it('of the file that --config names are taken', async () => {
    await writeFile(desk.path('own.yaml'), 'dta: /x\n');
    const { status, json } = await desk.type(['config', 'validate', '--config', 'own.yaml', '--json']);
    expect(status).toBe(2);
    expect(json()).toMatchObject({ ok: false, mistakes: [{ code: 'config.unknown-key', where: 'own.yaml:1 dta' }] });
  });

  it('have a sample that is valid as it stands', async () => {
    const sample = await desk.type(['config', 'sample', '--json']);
    await writeFile(desk.path('sample.yaml'), sample.json<{ yaml: string }>().yaml);
    expect((await desk.type(['config', 'validate', 'sample.yaml'])).status).toBe(0);
  });
});
