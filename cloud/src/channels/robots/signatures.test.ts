import { describe, expect, it } from '@jest/globals';
import { Secret } from '@angrid/runtime';
import { dingtalkSign } from './dingtalk.js';
import { feishuSign } from './feishu.js';

const secret = new Secret('this is secret');

describe('the signature of a robot', () => {
  it('is keyed by the secret at DingTalk, over milliseconds and the secret', () => {
    const sign = dingtalkSign(secret, new Date(1_700_000_000_000));
    expect(encodeURIComponent(sign)).toBe('sSFWELbV2YwjdDQhWZwTcWlX5BWUx5J6TPpsZmuPii0%3D');
  });

  it('is keyed by seconds and the secret at Feishu, over nothing', () => {
    expect(feishuSign(secret, 1_700_000_000)).toBe('OfGzRzoUICBOoc8wVra1e4A1hPfbZ9zqXozA8CWVUuY=');
  });
});
