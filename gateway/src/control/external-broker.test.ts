import { describe, expect, it } from '@jest/globals';
import type { ExternalHealth } from '../drivers/mqtt-external/index.js';
import { externalBrokerFindings } from './external-broker.js';

const fine: ExternalHealth = {
  host: 'broker.lan',
  port: 8883,
  encrypted: true,
  state: 'connected',
  detail: '',
  since: 0,
  group: undefined,
  subscribed: 12,
  refused: [],
};

function found(health: Partial<ExternalHealth>): string[] {
  return externalBrokerFindings({ ...fine, ...health }).map(({ state, code }) => `${state} ${code}`);
}

describe('the doctor on a broker of the operator', () => {
  it('says where it is and how much is subscribed', () => {
    expect(externalBrokerFindings(fine)).toEqual([
      {
        link: 'broker',
        state: 'good',
        code: 'broker.external.good',
        values: { address: 'broker.lan:8883', detail: '', count: 12 },
      },
    ]);
  });

  it.each([
    ['connecting', 'warning broker.external-connecting'],
    ['unreachable', 'broken broker.external-unreachable'],
    ['untrusted', 'broken broker.external-untrusted'],
    ['credentials', 'broken broker.external-credentials'],
    ['refused', 'broken broker.external-refused'],
    ['protocol', 'broken broker.external-refused'],
    ['taken-over', 'broken broker.external-taken-over'],
    ['not-stored', 'broken broker.external-not-stored'],
  ] as const)('%s is %s', (state, finding) => {
    expect(found({ state })).toEqual([finding]);
  });

  it('names the subscriptions that the rights of the broker refuse', () => {
    expect(found({ refused: ['panel/A/#'] })).toEqual(['good broker.external.good', 'broken broker.external-topics']);
  });

  it('warns of a connection that is not encrypted, but for one that does not leave the machine', () => {
    expect(found({ encrypted: false })).toEqual(['good broker.external.good', 'warning broker.external-plain']);
    expect(found({ encrypted: false, host: '127.0.0.1' })).toEqual(['good broker.external.good']);
  });

  it('says what a share group needs', () => {
    expect(found({ group: 'south' })).toEqual(['good broker.external.good', 'good broker.external-shared.good']);
  });
});
