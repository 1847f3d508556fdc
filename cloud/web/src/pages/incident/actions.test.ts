import { expect, test } from '@jest/globals';
import { needsNote, offered } from './actions.js';

test('the next step of the way comes first and alone', () => {
  const groups = offered(['note', 'close', 'resolve', 'accept', 'false-alarm']).map(
    ({ action, group }) => `${group}:${action}`,
  );
  expect(groups).toEqual(['next:accept', 'more:resolve', 'more:close', 'decide:false-alarm']);
});

test('nothing is offered that the cloud does not allow', () => expect(offered(['note'])).toEqual([]));

test('to return or hand over somebody must say why', () => {
  expect(['acknowledge', 'return', 'hand-over', 'close'].filter((action) => needsNote(action as 'return'))).toEqual([
    'return',
    'hand-over',
  ]);
});
