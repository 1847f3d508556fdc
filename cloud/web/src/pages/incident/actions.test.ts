import { expect, test } from '@jest/globals';
import { needsNote, offered } from './actions.js';

test('the next step of the way comes first and alone', () => {
  const groups = offered(['acknowledge', 'note', 'close', 'resolve', 'accept', 'false-alarm'], 'acknowledged').map(
    ({ action, group }) => `${group}:${action}`,
  );
  expect(groups).toEqual(['next:accept', 'more:resolve', 'more:close', 'more:acknowledge', 'decide:false-alarm']);
});

test('while it waits, to acknowledge it is the next step', () => {
  expect(offered(['assign', 'acknowledge'], 'returned')[0]).toEqual({ action: 'acknowledge', group: 'next' });
});

test('nothing is offered that the cloud does not allow', () => expect(offered(['note'], 'open')).toEqual([]));

test('to return or hand over somebody must say why', () => {
  expect(['acknowledge', 'return', 'hand-over', 'close'].filter((action) => needsNote(action as 'return'))).toEqual([
    'return',
    'hand-over',
  ]);
});
