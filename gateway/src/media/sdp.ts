export type VideoCodec = 'h264' | 'hevc';

/** One track of a session description (RFC 8866) that the gateway can take. */
export interface Track {
  readonly format: VideoCodec | 'metadata';
  readonly payloadType: number;
  /** Ticks of its RTP clock a second. */
  readonly clockRate: number;
  /** Absolute address for SETUP. */
  readonly control: string;
  /** Parameter sets that the stream itself may leave out; raw NAL units, in order. */
  readonly parameterSets: readonly Buffer[];
}

export interface SessionDescription {
  /** Absolute address for PLAY. */
  readonly control: string;
  readonly tracks: readonly Track[];
}

const FORMATS: Readonly<Record<string, Track['format']>> = {
  H264: 'h264',
  H265: 'hevc',
  'VND.ONVIF.METADATA': 'metadata',
};
const MAX_SECTIONS = 16;
const MAX_PARAMETER_SETS = 8;

/** Reads the tracks that the gateway can take; sound and everything else is left out. `base` is what controls are relative to. */
export function readSessionDescription(text: string, base: string): SessionDescription {
  const [session = '', ...sections] = text.split(/^(?=m=)/m).slice(0, MAX_SECTIONS + 1);
  const tracks = sections.flatMap((section) => trackOf(section, base) ?? []);
  return { control: controlOf(session, base), tracks };
}

function trackOf(section: string, base: string): Track | undefined {
  const payload = /^m=(?:video|application) \S+ \S*RTP\/AVP\S* (\d{1,3})\b/.exec(section)?.[1];
  if (payload === undefined) return undefined;
  const map = new RegExp(`^a=rtpmap:${payload} ([\\w.-]+)/(\\d{1,6})`, 'm').exec(section);
  const format = FORMATS[map?.[1]?.toUpperCase() ?? ''];
  if (!format) return undefined;
  const parameters = new RegExp(`^a=fmtp:${payload} (.*)$`, 'm').exec(section)?.[1] ?? '';
  return {
    format,
    payloadType: Number(payload),
    clockRate: Number(map?.[2]) || 90_000,
    control: controlOf(section, base),
    parameterSets: parameterSetsOf(parameters),
  };
}

/** `sprop-parameter-sets` (RFC 6184) and `sprop-vps`, `-sps`, `-pps` (RFC 7798), in the order a decoder wants them. */
function parameterSetsOf(parameters: string): Buffer[] {
  const sets: Buffer[] = [];
  for (const name of ['sprop-parameter-sets', 'sprop-vps', 'sprop-sps', 'sprop-pps']) {
    const value = new RegExp(`(?:^|[;\\s])${name}=([A-Za-z0-9+/=,]+)`).exec(parameters)?.[1];
    for (const part of value?.split(',') ?? []) sets.push(Buffer.from(part, 'base64'));
  }
  return sets.filter(({ length }) => length > 0).slice(0, MAX_PARAMETER_SETS);
}

function controlOf(section: string, base: string): string {
  const control = /^a=control:(\S+)/m.exec(section)?.[1] ?? '*';
  if (control === '*') return base;
  if (/^rtsps?:\/\//i.test(control)) return control;
  return `${base.replace(/\/$/, '')}/${control.replace(/^\//, '')}`;
}
