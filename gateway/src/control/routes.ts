import {
  AnGridError,
  gatewayPaths,
  idSchema,
  isEventKind,
  kindDefinition,
  type Trace,
  traceSchema,
} from '@angrid/contract';
import { identify } from '@angrid/contract/signing';
import { z } from 'zod';
import { exerciseEvent } from '../flow/exercise.js';
import type { ControlWorks } from '../gateway.js';
import { version } from '../version.js';
import type { ExerciseStarted, Linked, ProfileRow, Status } from './answers.js';
import { credentialRoutes } from './credentials.js';
import { deviceRoutes } from './devices.js';
import { diagnose } from './doctor.js';
import { ledgerRoutes } from './ledger.js';
import { learnRoutes } from './learn.js';
import { provision } from './provision.js';
import { bodyAs, type ControlRoute, route } from './route.js';
import { rulesInForce } from './rules.js';
import { scanRoutes } from './scan.js';

const linkSchema = z.strictObject({
  device: idSchema,
  place: idSchema.optional(),
  cameras: z.array(idSchema).max(64).default([]),
  linked: z.boolean().default(true),
});
const exerciseSchema = z.strictObject({ device: idSchema, kind: z.string().max(64) });
const resendSchema = z.strictObject({ ids: z.union([z.literal('all'), z.array(z.string().max(64)).max(1000)]) });
const QUARANTINE_SHOWN = 200;
const PLACES_NAMED = 20;

/** Everything that the CLI asks a running gateway. */
export function controlRoutes(works: ControlWorks): ControlRoute[] {
  return [
    ...deviceRoutes(works),
    ...credentialRoutes(works),
    ...learnRoutes(works),
    ...ledgerRoutes(works),
    ...scanRoutes(works),
    ...siteRoutes(works),
    ...eventRoutes(works),
    ...careRoutes(works),
  ];
}

function siteRoutes(works: ControlWorks): ControlRoute[] {
  return [
    route('GET', '/site', () => ({ json: works.site.config })),
    route('GET', '/rules', () => ({ json: rulesInForce(works) })),
    route('GET', '/rules/:device', ({ params: [device = ''] }) => ({ json: rulesInForce(works, device) })),
    route('GET', '/profiles', () => ({
      json: [...works.profiles.values()].map(
        ({ name, label, device, protocol, verified, source: { vendor, model } }): ProfileRow => ({
          name,
          label,
          device,
          protocol,
          verified,
          vendor,
          model,
        }),
      ),
    })),
    route('POST', '/links', async (call) => ({ json: await link(works, bodyAs(linkSchema, call, 'device.link')) })),
  ];
}

/** Everything is checked before anything is sent. */
async function link(
  works: ControlWorks,
  { device, place, cameras, linked }: z.infer<typeof linkSchema>,
): Promise<Linked> {
  const { registry } = works;
  registry.get(device);
  if (place !== undefined) checkPlace(works, device, place);
  for (const camera of cameras) {
    if (registry.get(camera).kind === 'camera') continue;
    throw new AnGridError('input.invalid', { op: 'device.link', subject: camera, detail: `${camera} is no camera` });
  }
  if (place !== undefined) await provision(works, { op: 'link.place', device, place });
  for (const camera of cameras) await provision(works, { op: 'link.camera', device, camera, linked });
  return { device, ...(place !== undefined && { place }), cameras, linked };
}

function checkPlace({ site }: ControlWorks, device: string, place: string): void {
  const ids = site.config.places.map(({ id }) => id);
  if (ids.includes(place)) return;
  const known = ids.slice(0, PLACES_NAMED).join(', ');
  const detail = `${place}; ${ids.length > PLACES_NAMED ? `${known}, …` : known}`;
  throw new AnGridError('link.unknown-place', { op: 'device.link', subject: device, detail });
}

function eventRoutes(works: ControlWorks): ControlRoute[] {
  return [
    route('GET', '/events', ({ query, signal }) => {
      const device = query.get('device');
      const options = { raw: query.get('raw') === 'true', ...(device !== null && { device }) };
      return { stream: works.tail.follow(options, signal) };
    }),
    route('POST', '/exercises', async (call) => ({
      json: await exercise(works, bodyAs(exerciseSchema, call, 'event.fire')),
    })),
    route('GET', '/traces/:alert', async ({ params: [alert = ''] }) => ({ json: await trace(works, alert) })),
  ];
}

/** What the cloud says of an alert. `subject.not-found` until it has it. */
async function trace({ uplink }: ControlWorks, alert: string): Promise<Trace> {
  const answer = traceSchema.safeParse(await uplink.ask(gatewayPaths.trace(encodeURIComponent(alert))));
  if (answer.success) return answer.data;
  throw new AnGridError('contract.violation', { op: 'uplink.trace', subject: alert, detail: answer.error.message });
}

/** Sends a drill the whole way; the answer tells the hops on this side and the alert to follow on the other. */
async function exercise(
  works: ControlWorks,
  { device, kind }: z.infer<typeof exerciseSchema>,
): Promise<ExerciseStarted> {
  if (!isEventKind(kind) || kindDefinition(kind).standing !== 'alert') {
    throw new AnGridError('input.invalid', { op: 'event.fire', subject: kind, detail: 'not a kind that alerts' });
  }
  const { profile } = works.registry.get(device);
  if (!works.find(device)) throw new AnGridError('profile.unknown', { op: 'event.fire', subject: profile });
  const began = works.clock.monotonic();
  const facts = works.view.facts(true);
  const at = works.stamp();
  const event = exerciseEvent({ device, kind, profile, at, facts });
  const made = works.clock.monotonic();
  await works.pipeline.exercise(event, device);
  const stored = works.clock.monotonic();
  const active = works.rulesOf(device).active.find((one) => one.exercise && one.kind === kind);
  const dedup = { rule: 'gateway', key: active?.key ?? '' } as const;
  return {
    event: event.item.id,
    kind,
    device,
    alert: active ? identify({ gateway: facts.gateway, device, dedup, part: 'alert' }) : null,
    opened: active?.since.monotonicMs === at.monotonicMs,
    hops: { normaliseMs: made - began, outboxMs: stored - made },
  };
}

function careRoutes(works: ControlWorks): ControlRoute[] {
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

async function statusOf(works: ControlWorks): Promise<Status> {
  const { enrolment, site, outbox, uplink, registry, states, media, settings, listening, startedAt } = works;
  const devices = registry.all();
  const { id, name } = site.config.site;
  const { plain, plainNetwork = '' } = settings.broker;
  return {
    version,
    startedAt,
    gateway: { id: enrolment.gateway, name: enrolment.name, cloud: enrolment.cloud },
    site: { id, name, configVersion: site.config.version },
    uplink: uplink.status(),
    outbox: await outbox.counts(),
    devices: {
      total: devices.length,
      online: devices.filter((device) => states.of(device.id).state === 'online').length,
    },
    mqtt: listening.tls,
    plain: plain ? { ...(listening.plain ?? plain), network: plainNetwork } : null,
    evidence: media.writing(),
    streams: Object.fromEntries([...media.states()].map(([camera, { state }]) => [camera, state])),
  };
}
