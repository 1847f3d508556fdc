import { AnGridError, idSchema, isEventKind, kindDefinition } from '@angrid/contract';
import { identify } from '@angrid/contract/signing';
import { z } from 'zod';
import { onvifDriver } from '../drivers/onvif/index.js';
import { exerciseEvent } from '../flow/exercise.js';
import type { Works } from '../gateway.js';
import { version } from '../version.js';
import { deviceRoutes } from './devices.js';
import { diagnose } from './doctor.js';
import { provision } from './provision.js';
import { bodyAs, type ControlRoute, route } from './route.js';

const linkSchema = z.strictObject({
  device: idSchema,
  place: idSchema.optional(),
  camera: idSchema.optional(),
  linked: z.boolean().default(true),
});
const exerciseSchema = z.strictObject({ device: idSchema, kind: z.string().max(64) });
const resendSchema = z.strictObject({ ids: z.union([z.literal('all'), z.array(z.string().max(64)).max(1000)]) });
const QUARANTINE_SHOWN = 200;
const SCAN_MS = 6000;

/** Everything that the CLI asks a running gateway. */
export function controlRoutes(works: Works): ControlRoute[] {
  return [...deviceRoutes(works), ...siteRoutes(works), ...eventRoutes(works), ...careRoutes(works)];
}

function siteRoutes(works: Works): ControlRoute[] {
  return [
    route('GET', '/site', () => ({ json: works.site.config })),
    route('GET', '/profiles', () => ({
      json: [...works.profiles.values()].map(({ name, label, device, protocol, verified, source }) => ({
        name,
        label,
        device,
        protocol,
        verified,
        vendor: source.vendor,
        model: source.model,
      })),
    })),
    route('POST', '/links', async (call) => {
      const { device, place, camera, linked } = bodyAs(linkSchema, call, 'device.link');
      works.registry.get(device);
      if (place !== undefined) await linkPlace(works, device, place);
      if (camera !== undefined) {
        works.registry.get(camera);
        await provision(works, { op: 'link.camera', device, camera, linked });
      }
      return { json: { device, place, camera, linked } };
    }),
    route('POST', '/scan', async ({ signal }) => ({ json: await scan(works, signal) })),
  ];
}

async function linkPlace(works: Works, device: string, place: string): Promise<void> {
  const { places } = works.site.config;
  if (!places.some(({ id }) => id === place)) {
    const detail = `${place}; known: ${places
      .slice(0, 20)
      .map(({ id }) => id)
      .join(', ')}`;
    throw new AnGridError('link.unknown-place', { op: 'device.link', subject: device, detail });
  }
  await provision(works, { op: 'link.place', device, place });
}

async function scan(works: Works, signal: AbortSignal) {
  const found = [];
  const driver = onvifDriver({ allows: (host) => works.guard.allows(host) });
  const known = new Set(works.registry.all().map(({ address }) => address));
  for await (const candidate of driver.discover(AbortSignal.any([signal, AbortSignal.timeout(SCAN_MS)]))) {
    found.push({ ...candidate, paired: known.has(candidate.address) });
  }
  return found;
}

function eventRoutes(works: Works): ControlRoute[] {
  return [
    route('GET', '/events', ({ query, signal }) => {
      const device = query.get('device');
      const options = { raw: query.get('raw') === 'true', ...(device !== null && { device }) };
      return { stream: works.tail.follow(options, signal) };
    }),
    route('POST', '/exercises', async (call) => ({
      json: await exercise(works, bodyAs(exerciseSchema, call, 'event.fire')),
    })),
    route('GET', '/traces/:alert', async ({ params: [alert = ''] }) => ({
      json: await works.uplink.ask(`/v1/gateway/traces/${encodeURIComponent(alert)}`),
    })),
  ];
}

/** Sends a drill the whole way; the answer tells the hops on this side and the alert to follow on the other. */
async function exercise(works: Works, { device, kind }: z.infer<typeof exerciseSchema>) {
  if (!isEventKind(kind) || kindDefinition(kind).standing !== 'alert') {
    throw new AnGridError('input.invalid', { op: 'event.fire', subject: kind, detail: 'not a kind that alerts' });
  }
  const { profile } = works.registry.get(device);
  const began = works.clock.monotonic();
  const facts = works.view.facts(true);
  const event = exerciseEvent({ device, kind, profile, at: works.stamp(), facts });
  const made = works.clock.monotonic();
  await works.pipeline.exercise(event, device);
  const stored = works.clock.monotonic();
  const state = works.rulesOf(device).active.find((active) => active.exercise && active.kind === kind);
  const key = state?.key;
  return {
    event: event.item.id,
    alert:
      key === undefined
        ? null
        : identify({ gateway: facts.gateway, device, dedup: { rule: 'gateway', key }, part: 'alert' }),
    hops: { normaliseMs: made - began, outboxMs: stored - made },
  };
}

function careRoutes(works: Works): ControlRoute[] {
  const { outbox } = works;
  return [
    route('GET', '/status', async () => ({ json: await statusOf(works) })),
    route('GET', '/doctor', async () => ({ json: await diagnose(works) })),
    route('GET', '/quarantine', async () => ({ json: await outbox.quarantined(QUARANTINE_SHOWN) })),
    route('POST', '/quarantine/resend', async (call) => ({
      json: { resent: await outbox.resend(bodyAs(resendSchema, call, 'quarantine.resend').ids) },
    })),
    route('GET', '/metrics', async () => ({ json: await works.tally.registry.getMetricsAsJSON() })),
  ];
}

async function statusOf({ enrolment, site, outbox, uplink, registry, states, broker, media, settings }: Works) {
  const devices = registry.all();
  const online = devices.filter(({ id }) => states.of(id).state === 'online').length;
  const { id, name } = site.config.site;
  return {
    version,
    gateway: { id: enrolment.gateway, name: enrolment.name, cloud: enrolment.cloud },
    site: { id, name, configVersion: site.config.version },
    uplink: uplink.status(),
    outbox: await outbox.counts(),
    devices: { total: devices.length, online },
    sessions: broker.sessions(),
    streams: Object.fromEntries(media.states()),
    plainListener:
      settings.broker.plain === undefined ? null : { ...settings.broker.plain, network: settings.broker.plainNetwork },
  };
}
