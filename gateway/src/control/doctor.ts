import { X509Certificate } from 'node:crypto';
import { readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { PairedDevice } from '../devices/device.js';
import type { ControlWorks } from '../gateway.js';
import { externalBrokerFindings } from './external-broker.js';
import { broken, type Finding, type FindingCode, good, warning } from './finding.js';

const BACKLOG = 1000;
const DEVICES_NAMED = 50;
const CERTIFICATE_DAYS = 14;
const DAY_MS = 86_400_000;

/** What is good and what is not, along the way of an event; the first broken one is what to mend first. */
export async function diagnose(works: ControlWorks): Promise<readonly Finding[]> {
  return [
    ...profilesOf(works),
    ...devicesOf(works),
    ...(await brokerOf(works)),
    ...httpOf(works),
    ...(await outboxOf(works)),
    ...evidenceOf(works),
    ...cloudOf(works),
    ...unitsOf(works),
  ];
}

function profilesOf({ registry, profiles }: ControlWorks): Finding[] {
  const lost = registry.all().filter(({ profile }) => !profiles.has(profile));
  if (lost.length === 0) return [good('profiles', 'profiles.good', { count: profiles.size })];
  return named(
    lost.map(({ id, profile }) => broken('profiles', 'profiles.missing', { device: id, profile })),
    'profiles.more',
  );
}

/** The good ones as one number; the others by name. */
function devicesOf(works: ControlWorks): Finding[] {
  const devices = works.registry.all();
  if (devices.length === 0) return [warning('devices', 'devices.none')];
  const wrong: Finding[] = [];
  for (const device of devices) {
    const finding = deviceOf(works, device);
    if (finding) wrong.push(finding);
  }
  const fine = devices.length - wrong.length;
  return [...(fine > 0 ? [good('devices', 'devices.good', { count: fine })] : []), ...named(wrong, 'devices.more')];
}

function deviceOf(works: ControlWorks, { id, kind, name, profile }: PairedDevice): Finding | undefined {
  const { states, cameras, media, profiles } = works;
  const { state, since } = states.of(id);
  const isCamera = kind === 'camera' && profiles.get(profile)?.protocol !== 'http';
  const values = { device: id, name, since };
  const health = isCamera ? cameras.health(id)?.state : undefined;
  if (health === 'needs-password') return broken('devices', 'device.needs-password', values);
  if (health === 'reachable') return broken('devices', 'camera.reachable', values);
  if (state !== 'online') return broken('devices', isCamera ? 'camera.away' : `panel.${state}`, values);
  const stream = media.states().get(id);
  if (isCamera && !cameras.isBlind(id) && stream?.state !== 'running')
    return broken('devices', 'camera.no-stream', { ...values, detail: stream?.detail ?? '' });
  return health === 'clock-wrong' ? warning('devices', 'camera.clock-wrong', values) : undefined;
}

/** The broken ones first; a site of hundreds shows its first ones, and how many more there are. */
function named(findings: readonly Finding[], more: FindingCode): Finding[] {
  const sorted = [...findings].sort((a, b) => Number(b.state === 'broken') - Number(a.state === 'broken'));
  const next = sorted[DEVICES_NAMED];
  if (!next) return sorted;
  const values = { count: sorted.length - DEVICES_NAMED };
  return [...sorted.slice(0, DEVICES_NAMED), { ...next, code: more, values }];
}

async function brokerOf({ listening, settings, layout, clock, external }: ControlWorks): Promise<Finding[]> {
  if (external) return externalBrokerFindings(external.health());
  const { plain, plainNetwork = '' } = settings.broker;
  const findings = [good('broker', 'broker.good', { address: `${listening.tls.host}:${listening.tls.port}` })];
  if (plain) {
    findings.push(warning('broker', 'broker.plain', { address: `${plain.host}:${plain.port}`, network: plainNetwork }));
  }
  const bundle = await readFile(join(layout.pki, 'server.pem'), 'utf8').catch(() => undefined);
  if (bundle === undefined) return [...findings, broken('broker', 'broker.no-certificate', { folder: layout.pki })];
  const days = Math.floor((new Date(new X509Certificate(bundle).validTo).getTime() - clock.wall()) / DAY_MS);
  if (days < CERTIFICATE_DAYS) findings.push(warning('broker', 'broker.certificate-ends', { days }));
  return findings;
}

/** Nothing to say where no device pushes over HTTP. */
function httpOf({ http, settings }: ControlWorks): Finding[] {
  if (http.directory.size === 0) return [];
  const { listening } = http.push;
  if (!listening)
    return [broken('broker', 'http.closed', { address: `${settings.http.tls.host}:${settings.http.tls.port}` })];
  const findings = [good('broker', 'http.good', { address: `${listening.tls.host}:${listening.tls.port}` })];
  const { plain } = listening;
  if (!plain) return findings;
  const values = { address: `${plain.host}:${plain.port}`, network: settings.http.plainNetwork ?? '' };
  return [...findings, warning('broker', 'http.plain', values)];
}

async function outboxOf({ outbox, settings, layout }: ControlWorks): Promise<Finding[]> {
  const { pending, quarantined } = await outbox.counts();
  const count = pending.alarm + pending.record;
  const { bavail, bsize } = await statfs(layout.folder);
  const free = bavail * bsize;
  const { reserve } = settings.outbox;
  const findings: Finding[] = [];
  const megabytes = { free: Math.round(free / 1e6), reserve: Math.round(reserve / 1e6) };
  if (free < reserve) findings.push(broken('outbox', 'outbox.disk-full', megabytes));
  else if (free < 2 * reserve) findings.push(warning('outbox', 'outbox.disk-low', megabytes));
  if (quarantined > 0) findings.push(warning('outbox', 'outbox.quarantined', { count: quarantined }));
  findings.push(
    count > BACKLOG ? warning('outbox', 'outbox.backlog', { count }) : good('outbox', 'outbox.good', { count }),
  );
  return findings;
}

/** Nothing to say while there is something left to write today. */
function evidenceOf({ media }: ControlWorks): Finding[] {
  const { bytes, budget } = media.writing();
  if (bytes < budget) return [];
  return [
    warning('outbox', 'evidence.write-budget', { written: Math.round(bytes / 1e6), budget: Math.round(budget / 1e6) }),
  ];
}

function cloudOf({ uplink, enrolment: { cloud }, settings }: ControlWorks): Finding[] {
  if (settings.uplink === 'spool') return [warning('cloud', 'cloud.spool', { folder: settings.spool ?? '' })];
  const { state, failure, channelOpen } = uplink.status();
  if (state === 'backing-off') {
    return [broken('cloud', 'cloud.failing', { cloud, code: failure?.code ?? '', detail: failure?.detail ?? '' })];
  }
  return [
    channelOpen === false ? warning('cloud', 'cloud.no-channel', { cloud }) : good('cloud', 'cloud.good', { cloud }),
  ];
}

/** Unit and legs hang on the place: an alert of a device without one reaches the wall, but nobody in particular. */
function unitsOf({ registry, view, site }: ControlWorks): Finding[] {
  const unitOf = new Map(site.config.places.map(({ id, unit }) => [id, unit]));
  const findings: Finding[] = [];
  for (const { id, kind } of registry.all()) {
    const device = { device: id };
    const inSite = view.device(id);
    const place = inSite?.place;
    const isDoor = kind !== 'camera';
    if (!inSite) findings.push(warning('unit', 'unit.pending', device));
    else if (place === undefined && isDoor) findings.push(broken('unit', 'unit.unlinked', device));
    else if (place !== undefined && unitOf.get(place) === undefined)
      findings.push(broken('unit', 'unit.none', { ...device, place }));
    else if (isDoor && view.camerasOf(id).length === 0) findings.push(warning('unit', 'unit.no-camera', device));
  }
  return findings.length === 0
    ? [good('unit', 'unit.good', { version: site.config.version })]
    : named(findings, 'unit.more');
}
