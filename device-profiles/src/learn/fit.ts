import { AnGridError } from '@angrid/contract';
import type { CompiledProfile } from '../compile/profile.js';
import { EXAMPLE_DEVICE } from '../examples/run-examples.js';
import { topicsOf } from '../format/transport.js';
import type { RawMessage } from '../compile/reading.js';
import type { Capture } from './capture.js';

/** How many of the messages a profile that exists already understands. */
export interface Fit {
  readonly profile: string;
  readonly vendor: string;
  readonly fits: number;
  readonly of: number;
}

const HALF = 0.5;
const MOST = 3;

type Sense = 'event' | 'known' | 'nothing';

/**
 * The profiles that understand at least half of the messages, best first. One that makes no event of any of them does
 * not count: a heartbeat looks like many a thing.
 */
export function fitsOf(profiles: Iterable<CompiledProfile>, captures: readonly Capture[]): Fit[] {
  const found: { fit: Fit; events: number }[] = [];
  for (const profile of profiles) {
    const senses = captures.map((capture) => senseOf(profile, capture)).filter((sense) => sense !== 'nothing');
    const events = senses.filter((sense) => sense === 'event').length;
    if (events === 0 || senses.length < captures.length * HALF) continue;
    const fit = { profile: profile.name, vendor: profile.source.vendor, fits: senses.length, of: captures.length };
    found.push({ fit, events });
  }
  found.sort((a, b) => b.events - a.events || b.fit.fits - a.fit.fits);
  return found.slice(0, MOST).map(({ fit }) => fit);
}

function senseOf(profile: CompiledProfile, { topic, body, device }: Capture): Sense {
  const senses = candidates(profile, topic, device).map((candidate) => {
    const owner = device === '' ? (profile.names({ topic: candidate, body }) ?? EXAMPLE_DEVICE) : device;
    return read(profile, { topic: candidate.replaceAll('{device}', owner), body, device: owner });
  });
  if (senses.includes('event')) return 'event';
  return senses.includes('known') ? 'known' : 'nothing';
}

/** Where nobody knows the topic, each of the profile's own. */
function candidates(profile: CompiledProfile, topic: string | undefined, device: string): readonly string[] {
  if (topic !== undefined) return [topic];
  const own = Object.values(profile.source.transport.up)
    .flatMap(topicsOf)
    .map((one) => one.replace(/\{(?!device\})[a-z]+\*?\}/g, '1'));
  return device === '' ? own : own.map((one) => one.replaceAll('{device}', device));
}

/** A message counts as known where something comes of it: to drop whatever comes is no understanding. */
function read(profile: CompiledProfile, message: RawMessage): Sense {
  try {
    const { unknown, events, states, presence, drops } = profile.read(message);
    if (unknown) return 'nothing';
    if (events.length > 0 || states.length > 0) return 'event';
    return presence !== undefined || drops.some(({ reason }) => !VAGUE.has(reason)) ? 'known' : 'nothing';
  } catch (error) {
    if (error instanceof AnGridError && error.code === 'profile.malformed-payload') return 'nothing';
    throw error;
  }
}

/** What is counted of messages of which a profile understands nothing. */
const VAGUE: ReadonlySet<string> = new Set([
  'not-an-event',
  'long-text',
  'personal-field',
  'picture',
  'foreign-device',
]);
