import { expect, test } from '@jest/globals';
import { furthest } from './others.js';

test('a role is one line, as far as the furthest of its pushes has come', () => {
  const told = (role: string, state: 'sent' | 'delivered' | 'read' | 'timed-out' | 'failed', channel: string) => ({
    ...{ role, state, channel },
  });
  const others = [
    told('handling-officer', 'timed-out', 'console'),
    told('responsible-officer', 'read', 'wecom'),
    told('handling-officer', 'delivered', 'feishu'),
    told('responsible-officer', 'sent', 'dingtalk'),
    told('four-platforms', 'failed', 'webhook'),
  ];
  expect(furthest(others).map(({ role, state }) => `${role} ${state}`)).toEqual([
    'handling-officer delivered',
    'responsible-officer read',
    'four-platforms failed',
  ]);
});
