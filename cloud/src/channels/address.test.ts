import { describe, expect, it, test } from '@jest/globals';
import { parseAddress, shownAddress } from './address.js';

const WECOM = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4';

describe('the address of a target', () => {
  test.each([
    ['wecom', WECOM],
    ['dingtalk', 'https://oapi.dingtalk.com/robot/send?access_token=abc'],
    ['feishu', 'https://open.feishu.cn/open-apis/bot/v2/hook/7d9e2c14-0b1f-4a77'],
    ['email', 'duty@example.org'],
  ] as const)('may be that of %s itself', (channel, written) => {
    expect(parseAddress(channel, written, []).protocol).toMatch(/https:|mailto:/);
  });

  it('may be a host that the settings allow, with its port', () => {
    expect(parseAddress('webhook', 'https://10.1.2.3:8443/inbox', ['10.1.2.3:8443']).port).toBe('8443');
    expect(
      parseAddress('wecom', WECOM.replace('https://qyapi.weixin.qq.com', 'http://127.0.0.1:8090'), ['127.0.0.1:8090'])
        .port,
    ).toBe('8090');
  });

  test.each([
    ['another host', 'wecom', WECOM.replace('qyapi.weixin.qq.com', 'evil.example')],
    ['a host that begins alike', 'wecom', WECOM.replace('qq.com', 'qq.com.evil.example')],
    ['another port', 'wecom', WECOM.replace('qq.com', 'qq.com:8443')],
    ['http to anywhere but this machine', 'wecom', WECOM.replace('https', 'http')],
    ['a user before the host', 'wecom', WECOM.replace('https://', 'https://qyapi.weixin.qq.com@')],
    ['another path', 'wecom', WECOM.replace('webhook/send', 'user/get')],
    ['no key', 'wecom', 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send'],
    ['a webhook where none is allowed', 'webhook', 'https://169.254.169.254/latest/meta-data'],
    ['a file', 'webhook', 'file:///etc/passwd'],
    ['two mailboxes', 'email', 'a@example.org,b@example.org'],
    ['a mail header', 'email', 'a@example.org\r\nBcc: b@example.org'],
  ] as const)('is never %s', (_, channel, written) => {
    expect(() => parseAddress(channel, written, [])).toThrow(
      expect.objectContaining({ code: 'channel.address-refused' }),
    );
  });

  it('is shown by its host and its end only', () => {
    expect(shownAddress(new URL(WECOM))).toBe('qyapi.weixin.qq.com …4bc4');
  });
});
