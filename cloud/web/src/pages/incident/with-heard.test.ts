import { expect, it } from '@jest/globals';
import { sampleAlert, sampleIncident } from '../../testing/samples.js';
import { withHeard } from './with-heard.js';

it('keeps the alerts that a message leaves out, and takes what it says of the others', () => {
  const known = sampleIncident({ alerts: [sampleAlert({ alert: 'a' }), sampleAlert({ alert: 'b' })], alertCount: 2 });
  const said = [sampleAlert({ alert: 'b', state: 'cleared' }), sampleAlert({ alert: 'c' })];
  const whole = withHeard(known, sampleIncident({ state: 'accepted', alerts: said, alertCount: 3 }));

  expect(whole.state).toBe('accepted');
  expect(whole.alerts.map(({ alert, state }) => `${alert} ${state}`)).toEqual(['a active', 'b cleared', 'c active']);
});
