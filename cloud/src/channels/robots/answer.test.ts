import { describe, expect, it, test } from '@jest/globals';
import { type CodeTable, dingtalkCodes, feishuCodes, outcomeOf, wecomCodes } from './answer.js';

const AT = new Date('2026-03-01T02:00:00Z');
const answered = (table: CodeTable, body: unknown, status = 200) =>
  outcomeOf({ receipt: { status, text: typeof body === 'string' ? body : JSON.stringify(body) } }, table, AT);

describe('what a robot answered', () => {
  test.each([
    ['WeCom', wecomCodes, { errcode: 0, errmsg: 'ok' }],
    ['DingTalk', dingtalkCodes, { errcode: 0, errmsg: 'ok' }],
    ['Feishu', feishuCodes, { code: 0, msg: 'success' }],
    ['Feishu of old', feishuCodes, { StatusCode: 0, StatusMessage: 'success' }],
  ])('is a delivery where the code of %s is zero', (_, table, body) => {
    expect(answered(table, body).state).toBe('delivered');
  });

  test.each([
    ['HTTP 200 without a code', {}],
    ['HTTP 200 without JSON', '<html>'],
    ['a code in words', { errcode: '0' }],
  ])('is no delivery with %s', (_, body) => {
    expect(answered(wecomCodes, body)).toMatchObject({ state: 'refused', retry: 'later' });
  });

  it('is no delivery with another status, whatever the body says', () => {
    expect(answered(wecomCodes, { errcode: 0 }, 302)).toMatchObject({ state: 'refused', retry: 'later' });
  });

  test.each([
    ['WeCom 45009', wecomCodes, { errcode: 45009 }, 60],
    ['DingTalk 130101', dingtalkCodes, { errcode: 130101 }, 600],
    ['Feishu 11232', feishuCodes, { code: 11232 }, 60],
  ])('names the time of the next attempt where %s says too fast', (_, table, body, seconds) => {
    const notBefore = new Date(AT.getTime() + seconds * 1000);
    expect(answered(table, body)).toMatchObject({ state: 'refused', retry: 'later', notBefore });
  });

  test.each([
    ['a signature that an administrator can cure', dingtalkCodes, { errcode: 310000 }, 'later'],
    ['Feishu’s signature', feishuCodes, { code: 19021 }, 'later'],
    ['a code that nobody knows', wecomCodes, { errcode: 99999 }, 'later'],
    ['a message that is too long', wecomCodes, { errcode: 40058 }, 'never'],
    ['a body that is none', feishuCodes, { code: 9499 }, 'never'],
  ])('is tried again or not with %s', (_, table, body, retry) => {
    expect(answered(table, body)).toMatchObject({ state: 'refused', retry });
  });

  it('is the end where the robot is no more', () => {
    expect(answered(wecomCodes, { errcode: 93000 })).toMatchObject({ state: 'gone', reason: 'code 93000' });
  });
});
