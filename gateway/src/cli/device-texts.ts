import type { DeviceKind } from '@angrid/contract';
import { catalogue } from '@angrid/runtime';
import type { DeviceRow, PanelAccess } from '../control/answers.js';
import { streamText } from '../devices/camera-facts.js';
import { sentences } from './print/sentences.js';
import { type Cell, facts, table } from './print/table.js';
import type { View } from './print/view.js';
import { pushText } from './push-text.js';

const { translate } = catalogue({
  en: {
    id: 'Id',
    kind: 'Kind',
    name: 'Name',
    profile: 'Profile',
    state: 'State',
    place: 'Place',
    cameras: 'Cameras',
    missing: 'Missing',
    missingIs: '{open} asked for, {lost} lost',
    clock: 'Clock',
    panel: 'panel',
    camera: 'camera',
    lock: 'lock',
    sensor: 'sensor',
    online: 'online',
    offline: 'offline',
    unknown: 'not seen yet',
    'needs-password': 'needs a password',
    'clock-wrong': 'clock wrong',
    reachable: 'reachable',
    address: 'Address',
    model: 'Model',
    firmware: 'Firmware',
    serial: 'Serial number',
    certificate: 'Certificate (SHA-256)',
    streams: 'Streams',
    none: 'No device is paired. Add one with angrid device add, or look for cameras with angrid device scan.',
    type: 'Type this into the panel. The password is not shown again.',
    host: 'Host',
    port: 'Port (TLS)',
    plain: 'Without TLS',
    plainIs: '{host}:{port} (isolated network {network})',
    user: 'User',
    password: 'Password',
    clientId: 'Client id',
    authority: 'CA certificate',
    publish: 'Publishes to',
    subscribe: 'Subscribes to',
  },
  'zh-CN': {
    id: '编号',
    kind: '类型',
    name: '名称',
    profile: '配置文件',
    state: '状态',
    place: '位置',
    cameras: '摄像机',
    missing: '缺失',
    missingIs: '补传中 {open}，已丢失 {lost}',
    clock: '时钟偏差',
    panel: '面板',
    camera: '摄像机',
    lock: '门锁',
    sensor: '传感器',
    online: '在线',
    offline: '离线',
    unknown: '尚未出现',
    'needs-password': '需要密码',
    'clock-wrong': '时钟错误',
    reachable: '可达',
    address: '地址',
    model: '型号',
    firmware: '固件',
    serial: '序列号',
    certificate: '证书（SHA-256）',
    streams: '码流',
    none: '还没有设备。用 angrid device add 添加，或用 angrid device scan 查找摄像机。',
    type: '请在面板中填写以下内容。密码不会再次显示。',
    host: '主机',
    port: '端口（TLS）',
    plain: '不加密',
    plainIs: '{host}:{port}（隔离网络 {network}）',
    user: '用户名',
    password: '密码',
    clientId: '客户端编号',
    authority: 'CA 证书',
    publish: '发布主题',
    subscribe: '订阅主题',
  },
});

export function deviceTable(devices: readonly DeviceRow[], view: View): string {
  const { locale } = view;
  if (devices.length === 0) return sentences(translate(locale, 'none'), view);
  const heads = (['id', 'kind', 'name', 'state', 'missing', 'clock', 'place', 'cameras'] as const).map((key) =>
    translate(locale, key),
  );
  const rows = devices.map((device) => [
    device.id,
    kindWord(device.kind, view),
    device.name,
    stateCell(device, view),
    missingCell(device, view),
    clockCell(device),
    device.place,
    device.cameras.join(' '),
  ]);
  return table(heads, rows, view);
}

export function kindWord(kind: DeviceKind, { locale }: View): string {
  return translate(locale, kind);
}

/** A camera that answers, but not as it should, says how far. */
export function stateCell({ state, reach }: Pick<DeviceRow, 'state' | 'reach'>, { locale }: View): Cell {
  const colour = ({ online: 'green', offline: 'red', unknown: 'yellow' } as const)[state];
  if (reach === undefined || reach === 'up') return { text: translate(locale, state), colour };
  return { text: `${translate(locale, state)} · ${translate(locale, reach)}`, colour: 'yellow' };
}

/** Empty where nothing is missing. */
function missingCell({ missing }: DeviceRow, { locale }: View): Cell {
  if (missing === undefined || missing.open + missing.lost === 0) return undefined;
  return { text: translate(locale, 'missingIs', missing), colour: missing.lost > 0 ? 'red' : 'yellow' };
}

/** Empty where it is right to the second. */
function clockCell({ clockSkewMs = 0 }: DeviceRow): Cell {
  return Math.abs(clockSkewMs) < 1000 ? undefined : skewText(clockSkewMs);
}

/** `+38 s`: the device's clock is ahead of ours. */
export function skewText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${seconds > 0 ? '+' : ''}${seconds} s`;
}

export function deviceFacts(device: DeviceRow, view: View): string {
  const { locale } = view;
  return facts(
    [
      [translate(locale, 'id'), device.id],
      [translate(locale, 'kind'), kindWord(device.kind, view)],
      [translate(locale, 'name'), device.name],
      [translate(locale, 'profile'), device.profile],
      [translate(locale, 'state'), stateCell(device, view)],
      [translate(locale, 'place'), device.place],
      [translate(locale, 'cameras'), device.cameras.length > 0 ? device.cameras.join(' ') : undefined],
      ...cameraPairs(device, view),
    ],
    view,
  );
}

/** What a camera said of itself when it was last asked. */
function cameraPairs({ address, identity, certificate, facts: said }: DeviceRow, { locale }: View) {
  const pairs: [string, Cell][] = [
    [translate(locale, 'address'), address],
    [translate(locale, 'model'), said && [said.manufacturer, said.model].filter(Boolean).join(' ')],
    [translate(locale, 'firmware'), said?.firmware],
    [translate(locale, 'serial'), said?.serial ?? identity?.serial],
    ['MAC', identity?.mac],
    [translate(locale, 'certificate'), certificate],
  ];
  const streams = said?.streams.map((stream) => `${stream.token}: ${streamText(stream)}`).join('\n');
  return [...pairs, [translate(locale, 'streams'), streams] as const];
}

/** Everything that is typed into a panel, with its password. */
export function accessText(access: PanelAccess, view: View): string {
  if (access.http) return pushText(access, access.http, view);
  const { locale } = view;
  const { plain } = access;
  const shown = facts(
    [
      [translate(locale, 'host'), access.hosts.join('\n')],
      [translate(locale, 'port'), access.port],
      [translate(locale, 'plain'), plain && translate(locale, 'plainIs', plain)],
      [translate(locale, 'user'), access.user],
      [translate(locale, 'password'), { text: access.password, colour: 'bold' }],
      [translate(locale, 'clientId'), access.clientId],
      [translate(locale, 'authority'), access.certificateAuthority],
      [translate(locale, 'publish'), access.publish.join('\n')],
      [translate(locale, 'subscribe'), access.subscribe.length > 0 ? access.subscribe.join('\n') : undefined],
    ],
    view,
  );
  return `${view.paint('yellow', translate(locale, 'type'))}\n${shown}`;
}
