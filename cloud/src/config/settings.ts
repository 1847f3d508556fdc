import {
  choice,
  defineSettings,
  duration,
  group,
  list,
  listenAddress,
  logLevels,
  path,
  secret,
  setting,
  type SettingsOf,
  text,
  url,
} from '@angrid/runtime';
import { accounts } from './account-settings.js';
import { audit, auditRules } from './audit-settings.js';
import { channelRules, channels, mail } from './channel-settings.js';
import { governance } from './governance-settings.js';

const zhEn = (zh: string, en: string) => ({ 'zh-CN': zh, en });

const listen = group(zhEn('监听地址', 'Where the cloud listens'), {
  https: setting(listenAddress(), {
    default: '0.0.0.0:8443',
    about: zhEn('网关与控制台的 HTTPS 地址', 'HTTPS for gateways and the console'),
  }),
  local: setting(listenAddress(), {
    optional: true,
    example: '127.0.0.1:8080',
    about: zhEn(
      '不加密的本机地址，供反向代理或本机浏览器使用；只能是回环地址',
      'Plain HTTP for a reverse proxy or browser on this machine; a loopback address only',
    ),
  }),
  names: setting(list(text()), {
    default: [],
    example: ['cloud.example.org', '203.0.113.5'],
    about: zhEn('证书中写入的主机名和地址', 'Host names and addresses for the certificate'),
  }),
});

const fourPlatforms = group(zhEn('基层治理四平台', 'The four platforms of grass-roots governance'), {
  url: setting(url({ schemes: ['https', 'http'] }), {
    optional: true,
    example: 'https://platforms.example.org/inbox',
    about: zhEn('接收推送的地址（Standard Webhooks 签名）', 'Where pushes are sent, signed by Standard Webhooks'),
  }),
  secret: setting(secret(), {
    optional: true,
    example: 'credential:four-platforms',
    about: zhEn('签名密钥（whsec_…）', 'The signing secret (whsec_…)'),
  }),
});

const telemetry = group(zhEn('遥测（设备健康、开门次数、时延）', 'Telemetry: device health, door counts, latencies'), {
  store: setting(choice('table', 'influxdb', 'victoria-metrics'), {
    default: 'table',
    about: zhEn(
      '保存在哪里：table 为自带数据库；另两项需要 telemetry.url',
      'Where it is kept: table is the own database; the other two need telemetry.url',
    ),
  }),
  url: setting(url({ schemes: ['http', 'https'] }), {
    optional: true,
    example: 'http://127.0.0.1:8086',
    about: zhEn('InfluxDB 1.x 或 VictoriaMetrics 的地址', 'Address of InfluxDB 1.x or VictoriaMetrics'),
  }),
  database: setting(text(), { default: 'telemetry', about: zhEn('时序数据库名', 'Name of the database there') }),
  user: setting(text(), { optional: true, example: 'angrid', about: zhEn('用户名', 'User name') }),
  password: setting(secret(), {
    optional: true,
    example: 'credential:telemetry',
    about: zhEn('密码', 'Password'),
  }),
  keepFor: setting(duration(), {
    default: '90d',
    about: zhEn('自带数据库中保留多久', 'How long the own database keeps it'),
  }),
});

/** Everything that can be set for the cloud program. */
export const cloudSettings = defineSettings({
  prefix: 'ANGRID_CLOUD',
  settings: {
    data: setting(path(), { default: '/var/lib/angrid-cloud', about: zhEn('数据目录', 'The data folder') }),
    logLevel: setting(choice(...logLevels), { default: 'info', about: zhEn('日志级别', 'How much is logged') }),
    database: setting(secret(), {
      optional: true,
      example: 'credential:database-url',
      variable: 'DATABASE_URL',
      about: zhEn(
        '外部 PostgreSQL（15 或更新）的连接地址；不填则使用内置的 PostgreSQL',
        'Address of a PostgreSQL server (15 or newer); the built-in one is used without it',
      ),
    }),
    gatewaySilence: setting(duration(), {
      default: '45s',
      about: zhEn('网关多久没有消息即视为失联', 'A gateway that says nothing for this long is shown as silent'),
    }),
    listen,
    accounts,
    audit,
    governance,
    fourPlatforms,
    channels,
    mail,
    telemetry,
  },
  rules: [
    ...channelRules,
    ...auditRules,
    {
      key: 'listen.local',
      reason: zhEn('只能是回环地址', 'must be a loopback address'),
      holds: ({ listen: { local } }) => local === undefined || local.host.startsWith('127.') || local.host === '::1',
    },
    {
      key: 'fourPlatforms.url',
      reason: zhEn('需要 fourPlatforms.secret', 'needs fourPlatforms.secret'),
      holds: ({ fourPlatforms: platforms }) => platforms.url === undefined || platforms.secret !== undefined,
    },
    {
      key: 'telemetry.store',
      reason: zhEn('需要 telemetry.url', 'needs telemetry.url'),
      holds: ({ telemetry: { store, url: server } }) => store === 'table' || server !== undefined,
    },
  ],
});

export type CloudSettings = SettingsOf<typeof cloudSettings>;
