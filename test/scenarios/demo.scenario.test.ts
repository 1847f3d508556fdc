import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(240_000);

interface Told {
  readonly ready_ms: number;
  readonly first_alert_ms: number;
  readonly incident: {
    readonly why: string;
    readonly unit_path: string;
    readonly alerts: readonly string[];
    readonly evidence: readonly { kind: string; file: string; sha256: string; bytes: number }[];
    readonly legs: readonly { role: string; state: string }[];
  };
  readonly card: { readonly chats: readonly string[]; readonly leg: string };
}

const root = join(import.meta.dirname, '../..');

describe('npm run demo -- --once --json', () => {
  let folder: string;
  let told: Told;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'angrid-demo-'));
    const { code, out, err } = await run(process.execPath, [
      join(root, 'test/dist/demo/main.js'),
      '--once',
      '--json',
      '--folder',
      folder,
    ]);
    if (code !== 0) throw new Error(`the demo ended with ${code}: ${err}`);
    told = JSON.parse(out) as Told;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('shows the first alert within ten seconds of being ready', () => {
    expect(told.first_alert_ms - told.ready_ms).toBeGreaterThan(0);
    expect(told.first_alert_ms - told.ready_ms).toBeLessThanOrEqual(10_000);
  });

  it('joins the forced door with the motion at its camera, and says why and where', () => {
    expect([...told.incident.alerts].sort()).toEqual(['cam-south: motion.started', 'gate-south: door.forced']);
    expect(told.incident.why).toMatch(/Door forced; .* looks at this door: Motion/);
    expect(told.incident.unit_path).toMatch(/^suxi\/330782105\d{3}\/[^/]+$/);
  });

  it('opens the property manager and the three police legs, and sends each', () => {
    expect(told.incident.legs.map(({ role }) => role).sort()).toEqual([
      'four-platforms',
      'handling-officer',
      'property-manager',
      'responsible-officer',
    ]);
    for (const { state } of told.incident.legs) expect(['sent', 'delivered']).toContain(state);
  });

  it('shows the card in each chat, and its link acknowledges', () => {
    expect(told.card).toEqual({ chats: ['dingtalk', 'feishu', 'wecom'], leg: 'acknowledged' });
  });

  it('leaves a snapshot and a clip that fit their hashes', async () => {
    expect(told.incident.evidence.map(({ kind }) => kind).sort()).toEqual(['clip', 'snapshot']);
    for (const { file, sha256, bytes } of told.incident.evidence) {
      const content = await readFile(file);
      expect(content.length).toBe(bytes);
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    }
  });

  it('has H.264 of at least the ten seconds around the alert, and no more than 14', async () => {
    const clip = told.incident.evidence.find(({ kind }) => kind === 'clip');
    const args = ['-v', 'error', '-show_entries', 'stream=codec_name:format=duration', '-of', 'json', clip?.file ?? ''];
    const { out } = await run('ffprobe', args);
    const probe = JSON.parse(out) as { streams: { codec_name: string }[]; format: { duration: string } };
    expect(probe.streams.map(({ codec_name }) => codec_name)).toEqual(['h264']);
    expect(Number(probe.format.duration)).toBeGreaterThanOrEqual(9.9);
    expect(Number(probe.format.duration)).toBeLessThanOrEqual(14);
  });
});

function run(program: string, args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (part: Buffer) => (out += part.toString('utf8')));
  child.stderr.on('data', (part: Buffer) => (err += part.toString('utf8')));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}
