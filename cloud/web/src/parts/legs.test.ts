import { expect, test } from '@jest/globals';
import { sampleLeg } from '../testing/samples.js';
import { inOrder, policeTold, silentLegOf } from './legs.js';

test('legs stand in the order of the story: property, confirmers by step, police', () => {
  const legs = [
    sampleLeg({ id: 'four', role: 'four-platforms' }),
    sampleLeg({ id: 'second', role: 'confirmer', rung: 1 }),
    sampleLeg({ id: 'first', role: 'confirmer', rung: 0 }),
    sampleLeg({ id: 'property' }),
  ];
  expect(inOrder(legs).map(({ id }) => id)).toEqual(['property', 'first', 'second', 'four']);
});

test('the silent leg is the last step that nobody has answered', () => {
  const legs = [
    sampleLeg({ id: 'first', role: 'confirmer', state: 'timed-out' }),
    sampleLeg({ id: 'second', role: 'confirmer', rung: 1, state: 'delivered' }),
    sampleLeg({ id: 'property' }),
  ];
  expect(silentLegOf(legs, 'confirmer')?.id).toBe('second');
  expect(silentLegOf(legs, undefined)).toBeUndefined();
});

test('property and confirmers are not the police', () => {
  expect(policeTold([sampleLeg(), sampleLeg({ role: 'confirmer' })])).toBe(false);
  expect(policeTold([sampleLeg({ role: 'responsible-officer' })])).toBe(true);
});
