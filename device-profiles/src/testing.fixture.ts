import { stringify } from 'yaml';
import { type CompiledProfile, compileProfile } from './compile/profile.js';
import type { ProfileReading } from './compile/reading.js';
import { parseProfile } from './format/parse-profile.js';

/** The smallest profile that is valid; a test adds what it is about. */
export const tiny = {
  format: 1,
  name: 'tiny',
  version: '1.0.0',
  vendor: 'test',
  model: 'Tiny',
  verified: false,
  description: { 'zh-CN': '小', en: 'Tiny' },
  device: 'panel',
  gb28181: '124',
  transport: { protocol: 'mqtt', up: { events: { topic: 'tiny/{device}/events' } } },
  read: { format: 'json' },
  personal: {},
  messages: [
    {
      name: 'opened',
      on: ['events'],
      dedup: [{ rule: 'vendor-record', key: ['id'] }],
      emits: [{ kind: 'door.opened' }],
    },
  ],
  examples: [],
};

/** A message of the tiny profile that emits `emit`. */
export function emitting(emit: object, message: object = {}): object {
  return { messages: [{ ...tiny.messages[0], emits: [emit], ...message }] };
}

export function compileTiny(changes: object = {}): CompiledProfile {
  return compileProfile(parseProfile(stringify({ ...tiny, ...changes }), 'tiny.yaml'));
}

export function readTiny(profile: CompiledProfile, body: unknown, topic = 'tiny/d1/events'): ProfileReading {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return profile.read({ topic, body: bytes, device: 'd1' });
}
