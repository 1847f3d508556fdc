import {
  choice,
  defineSettings,
  duration,
  group,
  integer,
  list,
  listenAddress,
  logLevels,
  network,
  path,
  secret,
  setting,
  type SettingsOf,
  size,
  text,
  url,
} from '@angrid/runtime';
import { evidenceSettings } from './evidence-settings.js';
import { httpSettings } from './http-settings.js';
import { liveSettings } from './live-settings.js';
import { plainListener } from './plain-listener.js';

const zhEn = (zh: string, en: string) => ({ 'zh-CN': zh, en });

const broker = group(zhEn('内置 MQTT 服务', 'The embedded MQTT broker'), {
  tls: setting(listenAddress(), {
    default: '0.0.0.0:8883',
    about: zhEn(
      '面板连接的 TLS 地址，证书由本小区的证书机构签发',
      'Where panels connect over TLS, with a certificate of the local site CA',
    ),
  }),
  ...plainListener('192.168.50.1:1883'),
  names: setting(list(text()), {
    default: [],
    example: ['gateway.lan', '192.168.50.1'],
    about: zhEn('证书中另外写入的主机名和地址', 'Further host names and addresses for the certificate'),
  }),
  connections: setting(integer({ min: 1, max: 20000 }), {
    default: 1200,
    about: zhEn('同时连接的上限', 'Most connections at once'),
  }),
  connectionsPerAddress: setting(integer({ min: 1, max: 20000 }), {
    default: 64,
    about: zhEn('每个地址同时连接的上限', 'Most connections at once from one address'),
  }),
  packet: setting(size(), { default: '3MB', about: zhEn('登录后单个报文的上限', 'Largest packet after sign-in') }),
});

const mqtt = group(zhEn('MQTT', 'MQTT'), {
  external: group(zhEn('自有的 MQTT 服务（Mosquitto、EMQX）', 'A broker of your own (Mosquitto, EMQX)'), {
    url: setting(url({ schemes: ['mqtt', 'mqtts'] }), {
      optional: true,
      example: 'mqtts://broker.lan:8883',
      about: zhEn(
        '面板所连服务的地址；设置后不再开放内置 MQTT 服务',
        'The broker that the panels use; with it the embedded broker is not opened',
      ),
    }),
    user: setting(text({ max: 128 }), {
      optional: true,
      example: 'angrid-gateway',
      about: zhEn('网关在该服务上的用户名', 'The user of the gateway at that broker'),
    }),
    password: setting(secret(), {
      optional: true,
      example: 'file:/etc/angrid/broker.password',
      about: zhEn('该用户的密码', 'The password of that user'),
    }),
    certificateAuthority: setting(path(), {
      optional: true,
      example: '/etc/angrid/broker-ca.crt',
      about: zhEn(
        '签发服务证书的 CA（PEM）；默认使用系统的 CA',
        "The CA that signed the broker's certificate (PEM); the system's own unless given",
      ),
    }),
    certificate: setting(path(), {
      optional: true,
      example: '/etc/angrid/gateway.crt',
      about: zhEn(
        '网关的客户端证书（PEM），服务要求时使用',
        "The gateway's own certificate (PEM), where the broker asks for one",
      ),
    }),
    key: setting(path(), {
      optional: true,
      example: '/etc/angrid/gateway.key',
      about: zhEn('该证书的私钥（PEM）', 'The key of that certificate (PEM)'),
    }),
    clientId: setting(text({ max: 64 }), {
      optional: true,
      example: 'angrid-gw-1',
      about: zhEn(
        '客户端编号，须固定且唯一；默认由网关编号得出',
        "The client id, for ever the same and nobody else's; made of the id of the gateway unless given",
      ),
    }),
    group: setting(text({ max: 64 }), {
      optional: true,
      example: 'south',
      about: zhEn(
        '共享订阅的组名：同组网关分担消息，须添加相同的设备',
        'Share group: the gateways of a group divide the messages, and have the same devices paired',
      ),
    }),
    version: setting(choice('5', '3.1.1'), {
      default: '5',
      about: zhEn('MQTT 版本', 'The version of MQTT'),
    }),
    session: setting(duration(), {
      default: '7d',
      about: zhEn(
        '网关离线时服务为其保存消息的时长（仅 MQTT 5）',
        'How long the broker keeps messages for a gateway that is away (MQTT 5 only)',
      ),
    }),
  }),
});

const cameras = group(zhEn('摄像机', 'Cameras'), {
  networks: setting(list(network()), {
    default: [],
    example: ['192.168.60.0/24'],
    about: zhEn(
      '摄像机所在的网段；其他地址一律拒绝',
      'The networks that cameras live in; every other address is refused',
    ),
  }),
  lostAfter: setting(duration(), {
    default: '3s',
    about: zhEn(
      '摄像机失联多久后按 MAC、序列号在网段内重新查找（地址可能已改变）',
      'How long a camera is away before it is looked for at another address, by its MAC or serial number',
    ),
  }),
});

const media = group(zhEn('视频与证据', 'Video and evidence'), {
  ffmpeg: setting(path(), { default: '/usr/bin/ffmpeg', about: zhEn('ffmpeg 程序', 'The ffmpeg program') }),
  ring: setting(path(), {
    default: '/dev/shm/angrid',
    about: zhEn('循环缓冲区的目录，应在内存盘上', 'Folder of the video ring; keep it on tmpfs'),
  }),
  ringLength: setting(duration(), {
    default: '30s',
    about: zhEn('每台摄像机缓冲的时长', 'How much video of a camera the ring holds'),
  }),
  ringSize: setting(size(), {
    default: '40MB',
    about: zhEn('每台摄像机缓冲的上限', 'Most bytes of a camera in the ring'),
  }),
  preRoll: setting(duration(), {
    default: '5s',
    about: zhEn('片段在告警之前的时长', 'How much of a clip lies before the alert'),
  }),
  postRoll: setting(duration(), {
    default: '5s',
    about: zhEn('片段在告警之后的时长', 'How much of a clip lies after the alert'),
  }),
  ...evidenceSettings,
});

const outbox = group(zhEn('发件箱', 'The outbox'), {
  alarms: setting(size(), {
    default: '1GB',
    about: zhEn(
      '待发告警的上限；告警从不丢弃，满时不再确认收到',
      'Most bytes of alarms; alarms never give way, a panel is not acknowledged instead',
    ),
  }),
  records: setting(size(), {
    default: '2GB',
    about: zhEn(
      '待发记录的上限，最旧的记录让位并上报缺失',
      'Most bytes of records; the oldest give way and become a gap report',
    ),
  }),
  reserve: setting(size(), {
    default: '500MB',
    about: zhEn('磁盘保留空间，低于此值不再确认收到', 'Free disk that is kept; below it nothing is acknowledged'),
  }),
});

/** Read where neither `--config` nor ANGRID_GATEWAY_CONFIG names a file. */
export const defaultConfigFile = '/etc/angrid/gateway.yaml';

/** Everything that can be set for the gateway program. */
export const gatewaySettings = defineSettings({
  prefix: 'ANGRID_GATEWAY',
  settings: {
    data: setting(path(), { default: '/var/lib/angrid-gateway', about: zhEn('数据目录', 'The data folder') }),
    socket: setting(path(), {
      optional: true,
      example: '/run/angrid/gateway.sock',
      about: zhEn(
        '命令行使用的套接字；默认在数据目录中',
        'The socket that the CLI uses; in the data folder unless given',
      ),
    }),
    logLevel: setting(choice(...logLevels), { default: 'info', about: zhEn('日志级别', 'How much is logged') }),
    metrics: setting(listenAddress(), {
      default: '127.0.0.1:9464',
      about: zhEn('/metrics 与 /healthz 的地址', 'Where /metrics and /healthz are served'),
    }),
    profiles: setting(path(), {
      optional: true,
      example: '/etc/angrid/profiles',
      about: zhEn('自有设备配置文件的目录', 'A folder of your own device profiles'),
    }),
    uplink: setting(choice('https', 'spool'), {
      default: 'https',
      about: zhEn(
        '上行方式：https，或写成签名文件（spool）',
        'How batches leave: https, or signed files in a folder (spool)',
      ),
    }),
    spool: setting(path(), {
      optional: true,
      example: '/var/spool/angrid',
      about: zhEn('spool 方式的目录', 'The folder of the spool uplink'),
    }),
    broker,
    mqtt,
    http: httpSettings,
    cameras,
    media,
    live: liveSettings,
    outbox,
  },
  rules: [
    {
      key: 'broker.plain',
      reason: zhEn(
        '需要 broker.plainNetwork 写明隔离网络的名称',
        'needs broker.plainNetwork to name the isolated network',
      ),
      holds: ({ broker: { plain, plainNetwork } }) => plain === undefined || plainNetwork !== undefined,
    },
    {
      key: 'mqtt.external.password',
      reason: zhEn('需要与 mqtt.external.user 同时设置', 'goes together with mqtt.external.user'),
      holds: ({
        mqtt: {
          external: { user, password },
        },
      }) => (user === undefined) === (password === undefined),
    },
    {
      key: 'mqtt.external.key',
      reason: zhEn('需要与 mqtt.external.certificate 同时设置', 'goes together with mqtt.external.certificate'),
      holds: ({
        mqtt: {
          external: { certificate, key },
        },
      }) => (certificate === undefined) === (key === undefined),
    },
    {
      key: 'mqtt.external.group',
      reason: zhEn('不得含有 / + # 或空格', 'must not contain / + # or blanks'),
      holds: ({
        mqtt: {
          external: { group: name },
        },
      }) => name === undefined || !/[/+#\s\0]/.test(name),
    },
    {
      key: 'http.plain',
      reason: zhEn('需要 http.plainNetwork 写明隔离网络的名称', 'needs http.plainNetwork to name the isolated network'),
      holds: ({ http: { plain, plainNetwork } }) => plain === undefined || plainNetwork !== undefined,
    },
    {
      key: 'uplink',
      reason: zhEn('为 spool 时需要 spool 目录', 'needs the folder spool when it is spool'),
      holds: ({ uplink, spool }) => uplink !== 'spool' || spool !== undefined,
    },
  ],
});

export type GatewaySettings = SettingsOf<typeof gatewaySettings>;
