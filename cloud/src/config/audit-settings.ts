import { group, secret, setting, url } from '@angrid/runtime';

const zhEn = (zh: string, en: string) => ({ 'zh-CN': zh, en });

const witness = group(
  zhEn(
    '见证方：在数据库所有者之外保管审计日志每日的根',
    'The witness: keeps the daily root of the audit log out of reach of the database’s owner',
  ),
  {
    url: setting(url({ schemes: ['https', 'http'] }), {
      optional: true,
      example: 'https://witness.example.org/inbox',
      about: zhEn(
        '每天向此地址发送一次条数和末条哈希（Standard Webhooks 签名）；不填则不发送，截断末尾或整体改写无法发现',
        'Where the count and the last hash are sent once a day, signed by Standard Webhooks; without it nobody finds an end cut off or a log written anew',
      ),
    }),
    secret: setting(secret(), {
      optional: true,
      example: 'credential:audit-witness',
      about: zhEn('签名密钥（whsec_…）', 'The signing secret (whsec_…)'),
    }),
  },
);

export const audit = group(zhEn('审计日志', 'The audit log'), { witness });

interface AuditValues {
  readonly audit: { readonly witness: { readonly url?: URL | undefined; readonly secret?: object | undefined } };
}

export const auditRules = [
  {
    key: 'audit.witness.url',
    reason: zhEn('需要 audit.witness.secret', 'needs audit.witness.secret'),
    holds: ({ audit: { witness: given } }: AuditValues) => given.url === undefined || given.secret !== undefined,
  },
];
