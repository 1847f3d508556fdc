import type { DeviceKind } from '@angrid/contract';
import type { Profile } from '@angrid/device-profiles';

export type Language = 'zh-CN' | 'en';

type Example = Profile['examples'][number];
type Down = NonNullable<Profile['transport']['down']>[string];

interface Words {
  readonly devices: string;
  readonly intro: string;
  readonly device: string;
  readonly profile: string;
  readonly protocol: string;
  readonly about: string;
  readonly state: string;
  readonly verified: string;
  readonly unverified: string;
  readonly formats: Readonly<Record<Profile['read']['format'], string>>;
  readonly kinds: Readonly<Record<DeviceKind, string>>;
  readonly setup: string;
  readonly topics: string;
  readonly login: Readonly<Record<NonNullable<Profile['transport']['http']>['login'], string>>;
  readonly direction: string;
  readonly topic: string;
  readonly messages: string;
  readonly fromDevice: string;
  readonly toDevice: string;
  readonly by: Readonly<Record<NonNullable<Down['by']>, string>>;
  readonly codes: string;
  readonly code: string;
  readonly kind: string;
  readonly meaning: string;
  readonly noEvent: string;
  readonly plain: string;
  readonly message: string;
  readonly begins: string;
  readonly ends: string;
  readonly endsAlert: string;
  readonly note: string;
  readonly present: string;
  readonly change: string;
  readonly dropped: string;
  readonly pictures: string;
  readonly fields: string;
  readonly pseudonyms: string;
  readonly whole: string;
  readonly nothing: string;
  readonly rules: string;
  readonly late: string;
  readonly lateByDevice: string;
  readonly lateByAge: (seconds: number) => string;
  readonly lateByBurst: string;
  readonly never: string;
  readonly gaps: string;
  readonly counted: string;
  readonly notCounted: string;
  readonly backfill: string;
  readonly backfillBy: Readonly<Record<NonNullable<Profile['backfill']>['by'], string>>;
  readonly none: string;
  readonly acknowledgement: string;
  readonly acknowledged: (messages: string) => string;
  readonly answered: string;
  readonly puback: string;
  readonly offline: string;
  readonly silent: string;
  readonly silence: (seconds: number) => string;
  readonly examples: string;
  readonly shows: Readonly<Record<NonNullable<Example['shows']>, string>>;
}

const english: Words = {
  devices: 'Devices',
  intro:
    'One page for each profile. How to bring in another device: device-profiles/README.md and the profile `commented`.',
  device: 'Device',
  profile: 'Profile',
  protocol: 'Protocol',
  about: 'What it is',
  state: 'State',
  verified: 'verified',
  unverified: 'not seen on hardware yet',
  formats: { json: 'JSON', xml: 'XML', auto: 'XML or JSON', form: 'fields of a form', lines: 'lines of text' },
  kinds: { panel: 'Panel', camera: 'Camera', lock: 'Lock', sensor: 'Sensor' },
  setup: 'Setting up',
  topics: 'Topics and addresses',
  login: {
    path: 'Enter these addresses at the device; user and secret are given when it is paired. Where it can, it may log in by Basic authorization instead.',
    address:
      'The device takes no secret: it is known by its network address, on the listener `http.plain` of an isolated network only.',
  },
  direction: 'Direction',
  topic: 'Topic or address',
  messages: 'Messages',
  fromDevice: 'from the device',
  toDevice: 'to the device',
  by: { publish: 'published', poll: 'fetched by the device', call: 'called by the gateway' },
  codes: 'Codes',
  code: 'Code',
  kind: 'Event',
  meaning: 'Meaning',
  noEvent: 'no event',
  plain: 'Events without a code',
  message: 'Message',
  begins: 'Event, or beginning',
  ends: 'End',
  endsAlert: 'ends the alert',
  note: 'Note',
  present: 'a report of the present state is no event, and ends what is over',
  change: 'only a change is an event',
  dropped: 'What never leaves the gateway',
  pictures: 'pictures',
  fields: 'fields that are dropped',
  pseudonyms: 'credentials, which become pseudonyms for the rules only',
  whole: 'messages that are dropped whole',
  nothing: 'It sends nothing about persons.',
  rules: 'Rules',
  late: 'Late',
  lateByDevice: 'what the device marks as kept back.',
  lateByAge: (seconds) => `what is older than ${seconds} s when it comes.`,
  lateByBurst: 'more at once than people can pass.',
  never: 'the device does not say, and gives no time: nothing is late.',
  gaps: 'Gaps',
  counted: 'a number that is left out is a lost event, and is reported.',
  notCounted: 'the device does not count its events, so that a lost one cannot be seen.',
  backfill: 'Back-fill',
  backfillBy: { time: 'by span of time', sequence: 'by number' },
  none: 'none',
  acknowledgement: 'Acknowledgement',
  acknowledged: (messages) => `its own, once the event is durable (${messages}).`,
  answered: 'the answer to the request, once the event is durable.',
  puback: 'PUBACK, once the event is durable.',
  offline: 'Offline',
  silent: 'by the end of its connection only.',
  silence: (seconds) => `after ${seconds} s of silence.`,
  examples: 'Examples',
  shows: { live: 'live', late: 'late', gap: 'gap', malformed: 'malformed', heartbeat: 'heartbeat' },
};

const chinese: Words = {
  devices: '设备',
  intro: '每个配置文件一页。接入其他设备：见 device-profiles/README.md 和示例配置文件 `commented`。',
  device: '设备',
  profile: '配置文件',
  protocol: '协议',
  about: '说明',
  state: '状态',
  verified: '已验证',
  unverified: '尚未在真实设备上验证',
  formats: { json: 'JSON', xml: 'XML', auto: 'XML 或 JSON', form: '表单字段', lines: '文本行' },
  kinds: { panel: '面板', camera: '摄像机', lock: '门锁', sensor: '传感器' },
  setup: '设置步骤',
  topics: '主题与地址',
  login: {
    path: '在设备上填写以下地址；用户和密钥在配对时给出。设备支持时也可用 Basic 认证登录。',
    address: '设备不能带密钥：只认其网络地址，仅限隔离网络上的 `http.plain` 监听。',
  },
  direction: '方向',
  topic: '主题或地址',
  messages: '消息',
  fromDevice: '上行',
  toDevice: '下行',
  by: { publish: '网关发布', poll: '设备来取', call: '网关调用' },
  codes: '代码表',
  code: '代码',
  kind: '事件',
  meaning: '含义',
  noEvent: '不是事件',
  plain: '没有代码的事件',
  message: '消息',
  begins: '事件或开始',
  ends: '结束',
  endsAlert: '结束警情',
  note: '备注',
  present: '报告现状不是事件，只结束已过去的警情',
  change: '只有变化才是事件',
  dropped: '不出网关的内容',
  pictures: '图片',
  fields: '丢弃的字段',
  pseudonyms: '凭证（只变成规则用的假名）',
  whole: '整条丢弃的消息',
  nothing: '设备不发送任何个人信息。',
  rules: '规则',
  late: '迟到',
  lateByDevice: '设备标明为补发的。',
  lateByAge: (seconds) => `到达时已超过 ${seconds} 秒的。`,
  lateByBurst: '短时间内多于人能通过的。',
  never: '设备不说明也不带时间：没有迟到。',
  gaps: '缺号',
  counted: '记录号不连续即有事件丢失，会报告。',
  notCounted: '设备不给事件编号，丢失无法察觉。',
  backfill: '补传',
  backfillBy: { time: '按时间段', sequence: '按记录号' },
  none: '无',
  acknowledgement: '确认',
  acknowledged: (messages) => `事件落盘后发送设备自己的确认（${messages}）。`,
  answered: '事件落盘后才应答请求。',
  puback: '事件落盘后才发 PUBACK。',
  offline: '离线',
  silent: '仅以连接断开判断。',
  silence: (seconds) => `静默 ${seconds} 秒后。`,
  examples: '示例',
  shows: { live: '实时', late: '迟到', gap: '缺号', malformed: '格式错误', heartbeat: '心跳' },
};

/** What the pages of devices say around what the profiles say. */
export const words: Readonly<Record<Language, Words>> = { en: english, 'zh-CN': chinese };
