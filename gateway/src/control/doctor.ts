import type { Works } from '../gateway.js';

/** One link of panel → broker → outbox → cloud → unit → legs, as a text key of the CLI's catalogue. */
export interface Finding {
  readonly link: 'profiles' | 'broker' | 'panels' | 'cameras' | 'outbox' | 'cloud' | 'site' | 'disk';
  readonly state: 'good' | 'warning' | 'broken';
  /** Names the sentence and the cure in the catalogue: `cloud.unreachable`. */
  readonly code: string;
  readonly values: Readonly<Record<string, string | number>>;
}

/** What is good and what is not, along the way of an event; the first broken one is what to mend first. */
export async function diagnose(works: Works): Promise<readonly Finding[]> {
  return [
    ...profilesOf(works),
    ...brokerOf(works),
    ...devicesOf(works),
    ...(await outboxOf(works)),
    ...cloudOf(works),
    ...linksOf(works),
  ];
}

function profilesOf({ registry, profiles }: Works): Finding[] {
  const lost = registry.all().filter(({ profile }) => !profiles.has(profile));
  if (lost.length === 0)
    return [{ link: 'profiles', state: 'good', code: 'profiles.good', values: { count: profiles.size } }];
  return lost.map(({ id, profile }) => ({
    link: 'profiles',
    state: 'broken',
    code: 'profiles.missing',
    values: { device: id, profile },
  }));
}

function brokerOf({ settings }: Works): Finding[] {
  const { tls, plain, plainNetwork } = settings.broker;
  const findings: Finding[] = [
    { link: 'broker', state: 'good', code: 'broker.good', values: { address: `${tls.host}:${tls.port}` } },
  ];
  if (plain) {
    const values = { address: `${plain.host}:${plain.port}`, network: plainNetwork ?? '' };
    findings.push({ link: 'broker', state: 'warning', code: 'broker.plain', values });
  }
  return findings;
}

function devicesOf({ registry, states, cameras, media }: Works): Finding[] {
  const findings: Finding[] = [];
  const streams = media.states();
  for (const { id, kind, name } of registry.all()) {
    const { state, since } = states.of(id);
    const link = kind === 'camera' ? 'cameras' : 'panels';
    const values = { device: id, name, since };
    const health = kind === 'camera' ? cameras.health(id)?.state : undefined;
    if (health === 'needs-password') findings.push({ link, state: 'broken', code: 'device.needs-password', values });
    else if (state !== 'online') findings.push({ link, state: 'broken', code: `device.${state}`, values });
    else if (health === 'clock-wrong') findings.push({ link, state: 'warning', code: 'device.clock-wrong', values });
    else if (kind === 'camera' && streams.get(id)?.state !== 'running')
      findings.push({ link, state: 'broken', code: 'device.no-stream', values });
    else findings.push({ link, state: 'good', code: 'device.good', values });
  }
  if (findings.length === 0) findings.push({ link: 'panels', state: 'warning', code: 'devices.none', values: {} });
  return findings;
}

const BACKLOG = 1000;

async function outboxOf({ outbox }: Works): Promise<Finding[]> {
  const { pending, quarantined } = await outbox.counts();
  const waiting = pending.alarm + pending.record;
  const findings: Finding[] = [];
  if (quarantined > 0)
    findings.push({ link: 'outbox', state: 'warning', code: 'outbox.quarantined', values: { count: quarantined } });
  const state = waiting > BACKLOG ? 'warning' : 'good';
  findings.push({
    link: 'outbox',
    state,
    code: `outbox.${state === 'good' ? 'good' : 'backlog'}`,
    values: { count: waiting },
  });
  return findings;
}

function cloudOf({ uplink, enrolment }: Works): Finding[] {
  const { state, failure, channelOpen } = uplink.status();
  const values = { cloud: enrolment.cloud, ...(failure && { code: failure.code, detail: failure.detail }) };
  if (state === 'backing-off') return [{ link: 'cloud', state: 'broken', code: 'cloud.failing', values }];
  if (channelOpen === false) return [{ link: 'cloud', state: 'warning', code: 'cloud.no-channel', values }];
  return [{ link: 'cloud', state: 'good', code: 'cloud.good', values }];
}

/** Unit and legs hang on the place: an alert of a device without one reaches the wall, but nobody in particular. */
function linksOf({ registry, view, site }: Works): Finding[] {
  const unitOf = new Map(site.config.places.map(({ id, unit }) => [id, unit]));
  const findings: Finding[] = [];
  for (const { id, kind } of registry.all()) {
    const place = view.device(id)?.place;
    const isDoor = kind !== 'camera';
    if (view.device(id) === undefined)
      findings.push({ link: 'site', state: 'warning', code: 'site.pending', values: { device: id } });
    else if (place === undefined && isDoor)
      findings.push({ link: 'site', state: 'broken', code: 'site.unlinked', values: { device: id } });
    else if (place !== undefined && unitOf.get(place) === undefined)
      findings.push({ link: 'site', state: 'broken', code: 'site.no-unit', values: { device: id, place } });
    else if (isDoor && view.camerasOf(id).length === 0)
      findings.push({ link: 'site', state: 'warning', code: 'site.no-camera', values: { device: id } });
  }
  if (findings.length === 0)
    findings.push({ link: 'site', state: 'good', code: 'site.good', values: { version: site.config.version } });
  return findings;
}
