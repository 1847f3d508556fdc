import { duration, group, list, path, secret, setting, text, url } from '@angrid/runtime';

const zhEn = (zh: string, en: string) => ({ 'zh-CN': zh, en });
const LONGEST_PUBLIC_URL = 80;

export const channels = group(zhEn('推送通道', 'Channels out of the house'), {
  hosts: setting(list(text()), {
    default: [],
    example: ['platforms.example.org', '10.1.2.3:8443'],
    about: zhEn(
      '除三家机器人的官方主机外，推送可以到达的主机（非默认端口须写出）',
      'Hosts that pushes may reach besides the robots’ own; with the port where it is not the default one',
    ),
  }),
  publicUrl: setting(url({ schemes: ['https', 'http'] }), {
    optional: true,
    example: 'https://cloud.example.org',
    about: zhEn(
      '手机访问云端的地址，写入卡片链接；不填则卡片不带链接',
      'Where phones reach the cloud; the links on cards begin with it. Without it cards carry no link',
    ),
  }),
  linkLife: setting(duration(), {
    default: '30m',
    about: zhEn('卡片链接的有效期', 'How long the link on a card can be used'),
  }),
  key: setting(secret(), {
    optional: true,
    example: 'credential:channels-key',
    about: zhEn(
      '封存通道地址和密钥、上报中涉及个人的内容及第二因素所用的钥匙；多个云端进程须相同；不填则在数据目录的 pki/channels.key 中生成',
      'Seals the addresses and secrets of channels, what reports say of persons, and second factors; the same for several cloud processes. Without it one is made in pki/channels.key of the data folder',
    ),
  }),
});

export const mail = group(zhEn('邮件', 'E-mail'), {
  server: setting(url({ schemes: ['smtps', 'smtp'] }), {
    optional: true,
    example: 'smtps://mail.example.org',
    about: zhEn('邮件服务器；smtp:// 必须支持 STARTTLS', 'The mail server; with smtp:// it must offer STARTTLS'),
  }),
  from: setting(text(), {
    optional: true,
    example: 'AnGrid <angrid@example.org>',
    about: zhEn('发件人', 'The sender'),
  }),
  user: setting(text(), { optional: true, example: 'angrid', about: zhEn('登录名', 'Name to sign in with') }),
  password: setting(secret(), {
    optional: true,
    example: 'credential:mail-password',
    about: zhEn('登录密码', 'Password to sign in with'),
  }),
  authority: setting(path(), {
    optional: true,
    example: '/etc/angrid/mail-ca.pem',
    about: zhEn(
      '签发邮件服务器证书的 CA（PEM）',
      'The CA of the mail server’s certificate (PEM), where it is no public one',
    ),
  }),
});

interface ChannelValues {
  readonly channels: { readonly publicUrl?: URL | undefined };
  readonly mail: { readonly server?: URL | undefined; readonly from?: string | undefined };
}

export const channelRules = [
  {
    key: 'channels.publicUrl',
    reason: zhEn(`不得长于 ${LONGEST_PUBLIC_URL} 个字符`, `must be ${LONGEST_PUBLIC_URL} characters or fewer`),
    holds: ({ channels: { publicUrl } }: ChannelValues) =>
      publicUrl === undefined || publicUrl.href.length <= LONGEST_PUBLIC_URL,
  },
  {
    key: 'mail.server',
    reason: zhEn('需要 mail.from', 'needs mail.from'),
    holds: ({ mail: { server, from } }: ChannelValues) => server === undefined || from !== undefined,
  },
];
