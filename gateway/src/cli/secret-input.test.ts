import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, writeFile } from 'node:fs/promises';
import { type ControlRoute, route } from '../control/route.js';
import { Desk } from './cli.fixture.js';

const PASSWORD = 'canary-4711-secret';
let given: unknown[];
let desk: Desk;

const routes: readonly ControlRoute[] = [
  route('GET', '/profiles', () => ({ json: [{ name: 'camera', device: 'camera', protocol: 'onvif' }] })),
  route('POST', '/devices', ({ body }) => {
    given.push((body as { password: string }).password);
    return {
      json: {
        device: { id: 'cam-1', kind: 'camera', name: 'cam-1', profile: 'camera', state: 'unknown', cameras: [] },
      },
    };
  }),
];

beforeEach(async () => {
  given = [];
  desk = await Desk.set(routes);
});
afterEach(() => desk.clear());

const ADD = ['device', 'add', 'cam-1', '--profile', 'camera', '--address', 'http://10.0.0.8/x', '--user', 'admin'];

describe('the password of a camera', () => {
  it('comes from a file that only its owner can read', async () => {
    await writeFile(desk.path('cam.pass'), `${PASSWORD}\n`, { mode: 0o600 });
    expect((await desk.type([...ADD, '--password-file', 'cam.pass'])).status).toBe(0);
    await chmod(desk.path('cam.pass'), 0o644);
    const { status, errors } = await desk.type([...ADD, '--password-file', 'cam.pass']);
    expect(status).toBe(2);
    expect(errors).toMatch(/chmod\s+600/);
    expect(given).toEqual([PASSWORD]);
  });

  it('comes from a variable', async () => {
    const environment = { CAM_PASS: PASSWORD };
    expect((await desk.type([...ADD, '--password-env', 'CAM_PASS'], { environment })).status).toBe(0);
    expect(given).toEqual([PASSWORD]);
  });

  it('comes from the first line of standard input', async () => {
    expect((await desk.type([...ADD, '--password-stdin'], { input: `${PASSWORD}\r\nmore\n` })).status).toBe(0);
    expect(given).toEqual([PASSWORD]);
  });

  it('is typed at a terminal, without being shown', async () => {
    const { status, output, errors } = await desk.type(ADD, { terminal: true, input: `x\u007f${PASSWORD}\r` });
    expect(status).toBe(0);
    expect(given).toEqual([PASSWORD]);
    expect(output + errors).not.toContain(PASSWORD);
  });

  it('is not asked for where there is no terminal', async () => {
    const { status, errors } = await desk.type(ADD, { input: `${PASSWORD}\n` });
    expect(status).toBe(2);
    expect(errors).toContain('--password-file');
    expect(given).toEqual([]);
  });

  it('ends with Ctrl-C at the prompt as everything else does', async () => {
    expect((await desk.type(ADD, { terminal: true, input: 'ab\u0003' })).status).toBe(130);
  });

  it('comes from one place only', async () => {
    const { status } = await desk.type([...ADD, '--password-stdin', '--password-env', 'CAM_PASS']);
    expect(status).toBe(2);
  });
});
