import type { Catalogue, CompiledProfile } from '@angrid/device-profiles';
import { EVENTS, METADATA } from './over-mqtt.js';

const ENDING = '-mqtt';

/**
 * The same profile for cameras that publish their events to the broker: `<its own id>/onvif-ej/<topic>/&<source>`. It reads
 * what `overMqtt` makes of them.
 */
function mqttTwin(profile: CompiledProfile): CompiledProfile {
  const name = `${profile.name}${ENDING}`;
  const publish = [`{device}${EVENTS}#`, `{device}${METADATA}#`];
  const label = profile.label.replace(profile.name, name);
  return { ...profile, name, label, protocol: 'mqtt', publish, retain: publish, qos: 0 };
}

/** True for the twin of an ONVIF profile. */
export function isTwin({ protocol, source }: CompiledProfile): boolean {
  return protocol === 'mqtt' && source.transport.protocol === 'onvif';
}

/** The catalogue in which each ONVIF profile has its twin; a profile of that name goes before it. */
export function withTwins(catalogue: Catalogue): Catalogue {
  const twins = new Map<string, CompiledProfile | undefined>();
  const twinOf = (name: string): CompiledProfile | undefined => {
    if (twins.has(name) || !name.endsWith(ENDING)) return twins.get(name);
    const profile = catalogue.get(name.slice(0, -ENDING.length));
    const twin = profile?.protocol === 'onvif' ? mqttTwin(profile) : undefined;
    if (twin !== undefined) twins.set(name, twin);
    return twin;
  };
  const get = (name: string) => catalogue.get(name) ?? twinOf(name);
  function* values(): Generator<CompiledProfile> {
    for (const profile of catalogue.values()) {
      yield profile;
      const twin = catalogue.has(profile.name + ENDING) ? undefined : twinOf(profile.name + ENDING);
      if (twin !== undefined) yield twin;
    }
  }
  function* keys(): Generator<string> {
    for (const { name } of values()) yield name;
  }
  return { size: catalogue.size, has: (name) => get(name) !== undefined, get, keys, values };
}
