/** Everything that a check may find. */
export type FindingCode =
  | 'settings.good'
  | 'settings.invalid'
  | 'gateway.good'
  | 'gateway.not-initialised'
  | 'gateway.not-running'
  | 'gateway.socket-refused'
  | 'profiles.good'
  | 'profiles.missing'
  | 'profiles.more'
  | 'devices.none'
  | 'devices.good'
  | 'devices.more'
  | 'panel.offline'
  | 'panel.unknown'
  | 'camera.away'
  | 'camera.reachable'
  | 'device.needs-password'
  | 'camera.no-stream'
  | 'camera.clock-wrong'
  | 'broker.good'
  | 'broker.plain'
  | 'broker.no-certificate'
  | 'broker.certificate-ends'
  | 'broker.external.good'
  | 'broker.external-connecting'
  | 'broker.external-unreachable'
  | 'broker.external-untrusted'
  | 'broker.external-credentials'
  | 'broker.external-refused'
  | 'broker.external-taken-over'
  | 'broker.external-not-stored'
  | 'broker.external-topics'
  | 'broker.external-plain'
  | 'broker.external-shared.good'
  | 'http.good'
  | 'http.plain'
  | 'http.closed'
  | 'outbox.good'
  | 'outbox.backlog'
  | 'outbox.quarantined'
  | 'outbox.disk-full'
  | 'outbox.disk-low'
  | 'evidence.write-budget'
  | 'cloud.good'
  | 'cloud.failing'
  | 'cloud.no-channel'
  | 'cloud.spool'
  | 'unit.good'
  | 'unit.pending'
  | 'unit.unlinked'
  | 'unit.none'
  | 'unit.no-camera'
  | 'unit.more'
  | 'unit.lost'
  | 'legs.unproven'
  | 'legs.good'
  | 'legs.missing'
  | 'cloud.lost';

/** One link of panel → broker → outbox → cloud → unit → legs. */
export interface Finding {
  readonly link: 'settings' | 'gateway' | 'profiles' | 'devices' | 'broker' | 'outbox' | 'cloud' | 'unit' | 'legs';
  readonly state: 'good' | 'warning' | 'broken';
  /** Names its sentence and its cure, which the CLI has in both languages. */
  readonly code: FindingCode;
  /** For the placeholders of both. */
  readonly values: Readonly<Record<string, string | number>>;
}

type Values = Finding['values'];

export function good(link: Finding['link'], code: FindingCode, values: Values = {}): Finding {
  return { link, state: 'good', code, values };
}

export function warning(link: Finding['link'], code: FindingCode, values: Values = {}): Finding {
  return { link, state: 'warning', code, values };
}

export function broken(link: Finding['link'], code: FindingCode, values: Values = {}): Finding {
  return { link, state: 'broken', code, values };
}
