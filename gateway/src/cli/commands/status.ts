import { catalogue } from '@angrid/runtime';
import type { Status } from '../../control/answers.js';
import { command } from '../command.js';
import { localTime } from '../print/moment.js';
import { type Cell, facts } from '../print/table.js';
import type { View } from '../print/view.js';

const { translate } = catalogue({
  en: {
    gateway: 'Gateway',
    site: 'Site',
    siteIs: '{id}  {name}  (configuration {version})',
    cloud: 'Cloud',
    connected: 'connected',
    waiting: 'nothing sent yet',
    backingOff: 'does not take anything: {code}',
    both: '{first}, {second}',
    open: 'command channel open',
    closed: 'command channel closed',
    outbox: 'Outbox',
    pending: '{alarm} alarms, {record} records, {media} media wait; {quarantined} in quarantine',
    devices: 'Devices',
    online: '{online} of {total} online',
    mqtt: 'Panels connect to',
    plain: 'Without TLS',
    plainIs: '{address} (isolated network {network})',
    evidence: 'Evidence',
    written: '{written} MB of {budget} MB written today',
    running: 'Since',
    version: 'Version',
  },
  'zh-CN': {
    gateway: '网关',
    site: '小区',
    siteIs: '{id}  {name}（配置版本 {version}）',
    cloud: '云端',
    connected: '已连接',
    waiting: '尚未发送',
    backingOff: '不接收数据：{code}',
    both: '{first}，{second}',
    open: '指令通道已打开',
    closed: '指令通道未打开',
    outbox: '发件箱',
    pending: '待发告警 {alarm}、记录 {record}、媒体 {media}；隔离区 {quarantined}',
    devices: '设备',
    online: '共 {total} 台，在线 {online} 台',
    mqtt: '面板连接地址',
    plain: '不加密地址',
    plainIs: '{address}（隔离网络 {network}）',
    evidence: '证据',
    written: '今天已写入 {written} MB，上限 {budget} MB',
    running: '启动时间',
    version: '版本',
  },
});

export const status = command({
  name: 'status',
  about: { 'zh-CN': '查看运行中的网关', en: 'Show how the running gateway is' },
  examples: ['angrid status', 'angrid status --json'],
  exits: ['notReady'],
  run: (_, context) => context.gateway().get<Status>('/status'),
  show: (found, view) => facts(rowsOf(found, view), view),
});

function rowsOf(found: Status, view: View): [string, Cell][] {
  const { locale } = view;
  const { gateway, site, outbox, devices, mqtt, plain } = found;
  const { alarm, record, media } = outbox.pending;
  const { total, online } = devices;
  const isFull = total > 0 && online === total;
  const count = translate(locale, 'online', { online, total });
  return [
    [translate(locale, 'gateway'), `${gateway.id}  ${gateway.name}`],
    [
      translate(locale, 'site'),
      translate(locale, 'siteIs', { id: site.id, name: site.name, version: site.configVersion }),
    ],
    [translate(locale, 'cloud'), gateway.cloud],
    ['', cloudState(found, view)],
    [
      translate(locale, 'outbox'),
      translate(locale, 'pending', { alarm, record, media, quarantined: outbox.quarantined }),
    ],
    [translate(locale, 'devices'), { text: count, colour: isFull ? 'green' : 'yellow' }],
    [translate(locale, 'mqtt'), `${mqtt.host}:${mqtt.port}`],
    [
      translate(locale, 'plain'),
      plain
        ? translate(locale, 'plainIs', { address: `${plain.host}:${plain.port}`, network: plain.network })
        : undefined,
    ],
    [translate(locale, 'evidence'), writtenToday(found, view)],
    [translate(locale, 'running'), localTime(found.startedAt)],
    [translate(locale, 'version'), found.version],
  ];
}

function writtenToday({ evidence: { bytes, budget } }: Status, { locale }: View): Cell {
  const values = { written: Math.round(bytes / 1e6), budget: Math.round(budget / 1e6) };
  return { text: translate(locale, 'written', values), colour: bytes < budget ? 'green' : 'yellow' };
}

function cloudState({ uplink: { state, failure, channelOpen } }: Status, { locale }: View): Cell {
  const second = translate(locale, channelOpen === true ? 'open' : 'closed');
  switch (state) {
    case 'connected':
      return {
        text: translate(locale, 'both', { first: translate(locale, 'connected'), second }),
        colour: channelOpen === true ? 'green' : 'yellow',
      };
    case 'waiting':
      return { text: translate(locale, 'both', { first: translate(locale, 'waiting'), second }), colour: 'yellow' };
    case 'backing-off':
      return { text: translate(locale, 'backingOff', { code: failure?.code ?? '' }), colour: 'red' };
  }
}
