import { readFile } from 'node:fs/promises';
import { writeAtomically } from '@angrid/runtime';
import { z } from 'zod';
import type { Inventory } from '../drivers/onvif/index.js';
import type { Saying } from '../ledger/index.js';

const streamSchema = z.object({
  token: z.string(),
  codec: z.string(),
  width: z.number(),
  height: z.number(),
  fps: z.number().optional(),
  gop: z.number().optional(),
});
/** One video profile: pixels, frames a second, and frames from one key frame to the next. */
export type StreamFacts = Readonly<z.infer<typeof streamSchema>>;

const factsSchema = z.object({
  manufacturer: z.string(),
  model: z.string(),
  serial: z.string(),
  firmware: z.string(),
  streams: z.array(streamSchema).readonly(),
  /** When it was read, RFC 3339. */
  readAt: z.string(),
});
/** What a camera was when it was last asked. */
export type CameraFacts = Readonly<z.infer<typeof factsSchema>>;

const MOST_STREAMS = 16;

export function factsOf({ manufacturer, model, serial, firmware, profiles }: Inventory, readAt: string): CameraFacts {
  const streams = profiles
    .filter(({ codec }) => codec !== '')
    .slice(0, MOST_STREAMS)
    .map(({ token, codec, width, height, fps, gop }) => ({
      token,
      codec,
      width,
      height,
      ...(fps !== undefined && { fps }),
      ...(gop !== undefined && { gop }),
    }));
  return { manufacturer, model, serial, firmware, streams, readAt };
}

/** What has changed since, each as an event; the same two readings give the same events again. */
export function changesOf(before: CameraFacts, now: CameraFacts): Saying[] {
  const changes: Saying[] = [];
  if (before.firmware !== now.firmware) {
    const attributes = { from: shown(before.firmware), to: shown(now.firmware) };
    changes.push({ kind: 'device.firmware_changed', key: `firmware@${before.readAt}`, attributes });
  }
  for (const token of tokensOf(before, now)) {
    const [from, to] = [before, now].map(({ streams }) => streamText(streams.find((one) => one.token === token)));
    if (from === undefined || to === undefined || from === to) continue;
    const attributes = { profile: shown(token), from, to };
    changes.push({ kind: 'camera.stream_changed', key: `stream ${token}@${before.readAt}`, attributes });
  }
  return changes;
}

function tokensOf(...readings: CameraFacts[]): ReadonlySet<string> {
  return new Set(readings.flatMap(({ streams }) => streams.map(({ token }) => token)));
}

/** `H264 1920x1080 15 fps GOP 30`; `none` for a profile that is not there. */
export function streamText(stream: StreamFacts | undefined): string {
  if (!stream) return 'none';
  const { codec, width, height, fps, gop } = stream;
  const parts = [codec, `${width}x${height}`, fps && `${fps} fps`, gop && `GOP ${gop}`];
  return shown(parts.filter(Boolean).join(' '));
}

/** As long as an attribute of an event may be. */
function shown(text: string): string {
  return text.slice(0, 128);
}

/** The last known facts of each camera, in one small file. */
export class CameraFactsFile {
  private constructor(
    private readonly file: string,
    private readonly facts: Map<string, CameraFacts>,
  ) {}

  static async open(file: string): Promise<CameraFactsFile> {
    const text = await readFile(file, 'utf8').catch(() => '{}');
    return new CameraFactsFile(
      file,
      new Map(Object.entries(z.record(z.string(), factsSchema).parse(JSON.parse(text)))),
    );
  }

  of(camera: string): CameraFacts | undefined {
    return this.facts.get(camera);
  }

  async keep(camera: string, facts: CameraFacts): Promise<void> {
    this.facts.set(camera, facts);
    await this.save();
  }

  async forget(camera: string): Promise<void> {
    if (this.facts.delete(camera)) await this.save();
  }

  private save(): Promise<void> {
    return writeAtomically(this.file, `${JSON.stringify(Object.fromEntries(this.facts), null, 1)}\n`);
  }
}
