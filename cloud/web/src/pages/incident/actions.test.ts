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

test('what was settled is offered to be opened again, after what usually follows', () => {
  const groups = offered(['close', 'call-back', 'reopen', 'note'], 'resolved').map(
    ({ action, group }) => `${group}:${action}`,
  );
  expect(groups).toEqual(['next:call-back', 'more:close', 'more:reopen']);
  expect(offered(['reopen', 'note'], 'closed')).toEqual([{ action: 'reopen', group: 'more' }]);
});

test('nothing is offered that the cloud does not allow', () => expect(offered(['note'], 'open')).toEqual([]));

test('to return, reopen or hand over somebody must say why', () => {
  expect(
    ['acknowledge', 'return', 'reopen', 'hand-over', 'close'].filter((action) => needsNote(action as 'return')),
  ).toEqual(['return', 'reopen', 'hand-over']);
});
