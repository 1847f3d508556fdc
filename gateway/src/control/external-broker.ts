import type { ExternalHealth } from '../drivers/mqtt-external/index.js';
import { broken, type Finding, type FindingCode, good, warning } from './finding.js';

/** How the way over the operator's own broker is. */
export function externalBrokerFindings(health: ExternalHealth): Finding[] {
  const { host, port, encrypted, state, detail, group, subscribed, refused } = health;
  const values = { address: `${host}:${port}`, detail };
  const findings: Finding[] = [];
  if (state === 'connected') findings.push(good('broker', 'broker.external.good', { ...values, count: subscribed }));
  else if (state === 'connecting') findings.push(warning('broker', 'broker.external-connecting', values));
  else findings.push(broken('broker', codeOf(state), values));
  const [example = ''] = refused;
  if (refused.length > 0) {
    findings.push(broken('broker', 'broker.external-topics', { ...values, count: refused.length, example }));
  }
  if (!encrypted && !isLoopback(host)) findings.push(warning('broker', 'broker.external-plain', values));
  if (group !== undefined) findings.push(good('broker', 'broker.external-shared.good', { group }));
  return findings;
}

function codeOf(state: Exclude<ExternalHealth['state'], 'connected' | 'connecting'>): FindingCode {
  switch (state) {
    case 'unreachable':
    case 'stopped':
      return 'broker.external-unreachable';
    case 'untrusted':
      return 'broker.external-untrusted';
    case 'credentials':
      return 'broker.external-credentials';
    case 'refused':
    case 'protocol':
      return 'broker.external-refused';
    case 'taken-over':
      return 'broker.external-taken-over';
    case 'not-stored':
      return 'broker.external-not-stored';
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
