import { readFile } from 'node:fs/promises';
import { packetise, type RtpPayload } from '../rtsp/rtp.js';
import { accessUnits, NalType, nalType, splitAnnexB } from './access-units.js';
import { makeStream } from './make-stream.js';
import type { VideoSettings } from './settings.js';

/** A loop of encoded pictures, ready to be sent. Immutable, so that many cameras can share it. */
export interface Footage {
  readonly file: string;
  readonly settings: VideoSettings;
  readonly sps: Buffer;
  readonly pps: Buffer;
  readonly pictures: readonly Picture[];
}

export interface Picture {
  readonly keyframe: boolean;
  readonly payloads: readonly RtpPayload[];
}

/** One entry a folder and settings: a hundred cameras of one process hold their pictures once. */
const shared = new Map<string, Promise<Footage>>();

export function footage(cacheDir: string, settings: VideoSettings): Promise<Footage> {
  const key = JSON.stringify([cacheDir, settings]);
  const known = shared.get(key);
  if (known) return known;
  const made = load(cacheDir, settings);
  shared.set(key, made);
  made.catch(() => shared.delete(key));
  return made;
}

async function load(cacheDir: string, settings: VideoSettings): Promise<Footage> {
  const file = await makeStream(cacheDir, settings);
  const nals = splitAnnexB(await readFile(file));
  const sps = nals.find((nal) => nalType(nal) === NalType.sps);
  const pps = nals.find((nal) => nalType(nal) === NalType.pps);
  const units = accessUnits(nals);
  if (!sps || !pps || !units[0]?.keyframe) throw new TypeError(`${file} does not start with a key frame`);
  const pictures = units.map((unit) => ({ keyframe: unit.keyframe, payloads: packetise(unit.nals) }));
  return { file, settings, sps, pps, pictures };
}
