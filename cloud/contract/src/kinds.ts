import type { Localized } from './errors/definition.js';

/** GB/T 28181 alarm priority: 1 一级 is the highest, 4 四级 the lowest. */
export type Severity = 1 | 2 | 3 | 4;

/** How the uplink orders things: alarms before records before media. */
export type Lane = 'alarm' | 'record' | 'media';

/**
 * What an event of this kind means for people.
 * record: nobody needs to look. alert: somebody must. supporting: confirms the alert of another device and is
 * never an incident of its own (motion is everywhere). clears: ends the alert of the kind it names.
 */
export type Standing = 'record' | 'alert' | 'supporting' | 'clears';

export interface KindDefinition {
  readonly title: Localized;
  readonly standing: Standing;
  /** Severity that a rule takes unless the site says otherwise; only for alert and supporting. */
  readonly severity?: Severity;
  /** The kind whose alert this one ends; only for clears. */
  readonly clears?: string;
  /** Shown only to those entitled, with no sound: whoever stands at the door must not notice. */
  readonly silent?: true;
}

function define<const T extends Record<string, KindDefinition>>(table: T): T {
  return table;
}

const record = (zh: string, en: string) => ({ title: { 'zh-CN': zh, en }, standing: 'record' }) as const;
const alert = (severity: Severity, zh: string, en: string) =>
  ({ title: { 'zh-CN': zh, en }, standing: 'alert', severity }) as const;
const supporting = (zh: string, en: string) =>
  ({ title: { 'zh-CN': zh, en }, standing: 'supporting', severity: 4 }) as const;
const clears = (kind: string, zh: string, en: string) =>
  ({ title: { 'zh-CN': zh, en }, standing: 'clears', clears: kind }) as const;

/**
 * The closed registry of event kinds. It grows by adding a line; a line is never removed or given another meaning,
 * because gateways of every version stay in the field.
 */
export const kinds = define({
  'access.granted': record('通行', 'Access granted'),
  'access.denied': record('拒绝通行', 'Access denied'),
  'access.taken': record('已通过', 'Passage taken'),
  'access.not_taken': record('授权未通过', 'Passage not taken'),
  'access.repeated_denial': alert(3, '多次被拒', 'Repeated denial'),
  'access.denied_then_granted': supporting('拒绝后通行', 'Denied then granted'),
  'access.duress': { ...alert(1, '胁迫开门', 'Duress'), silent: true },
  'door.opened': record('门已打开', 'Door opened'),
  'door.closed': clears('door.held_open', '门已关闭', 'Door closed'),
  'door.held_open': alert(3, '门超时未关', 'Door held open'),
  'door.forced': alert(2, '强行开门', 'Door forced'),
  'door.lock_failed': alert(3, '门锁故障', 'Lock failed'),
  'call.ringing': record('呼叫', 'Call ringing'),
  'call.answered': record('呼叫已接听', 'Call answered'),
  'call.missed': record('呼叫未接听', 'Call missed'),
  'tamper.device': alert(2, '设备被拆动', 'Device tampered with'),
  'tamper.reader': alert(2, '读卡器被拆动', 'Reader tampered with'),
  'tamper.camera': alert(2, '摄像机被遮挡或移动', 'Camera tampered with'),
  'tamper.device_ended': clears('tamper.device', '设备拆动解除', 'Device tamper ended'),
  'tamper.reader_ended': clears('tamper.reader', '读卡器拆动解除', 'Reader tamper ended'),
  'tamper.camera_ended': clears('tamper.camera', '摄像机遮挡解除', 'Camera tamper ended'),
  'camera.signal_lost': alert(3, '摄像机无视频信号', 'Camera gives no picture'),
  'camera.black': alert(3, '摄像机画面全黑', 'Camera picture black'),
  'camera.overexposed': alert(3, '摄像机画面过曝', 'Camera picture over-exposed'),
  'camera.covered': alert(2, '摄像机镜头被遮盖', 'Camera lens covered'),
  'camera.blurred': alert(3, '摄像机画面模糊', 'Camera picture blurred'),
  'camera.frozen': alert(2, '摄像机画面冻结', 'Camera picture frozen'),
  'camera.moved': alert(2, '摄像机视角被移动', 'Camera view moved'),
  'camera.signal_lost_ended': clears('camera.signal_lost', '摄像机视频信号恢复', 'Camera gives a picture again'),
  'camera.black_ended': clears('camera.black', '摄像机画面全黑解除', 'Camera picture no longer black'),
  'camera.overexposed_ended': clears('camera.overexposed', '摄像机曝光恢复正常', 'Camera exposure normal again'),
  'camera.covered_ended': clears('camera.covered', '摄像机镜头遮盖解除', 'Camera lens clear again'),
  'camera.blurred_ended': clears('camera.blurred', '摄像机画面恢复清晰', 'Camera picture sharp again'),
  'camera.frozen_ended': clears('camera.frozen', '摄像机画面恢复更新', 'Camera picture live again'),
  'camera.moved_ended': clears('camera.moved', '摄像机视角恢复', 'Camera view as before'),
  'power.mains_lost': alert(3, '市电中断', 'Mains lost'),
  'power.mains_restored': clears('power.mains_lost', '市电恢复', 'Mains restored'),
  'power.battery_low': alert(4, '电池电量低', 'Battery low'),
  'power.battery_restored': clears('power.battery_low', '电池电量恢复', 'Battery restored'),
  'fire.input': alert(1, '消防联动', 'Fire input'),
  'fire.released': clears('fire.input', '消防联动解除', 'Fire input released'),
  'fire.suspected': alert(1, '疑似烟火', 'Smoke or fire suspected'),
  'sos.raised': alert(1, '紧急求助', 'Call for help'),
  'sos.cancelled': clears('sos.raised', '求助取消', 'Call for help cancelled'),
  'behaviour.tailgating': alert(4, '尾随通行', 'Tailgating'),
  'behaviour.climb': alert(2, '翻越', 'Climbing over'),
  'behaviour.intrusion': alert(2, '区域入侵', 'Intrusion'),
  'behaviour.line_cross': supporting('越线', 'Line crossed'),
  'behaviour.loitering': alert(4, '徘徊', 'Loitering'),
  'behaviour.falling_object': alert(2, '高空抛物', 'Falling object'),
  'behaviour.ebike_in_lift': alert(3, '电动车进电梯', 'E-bike in lift'),
  'behaviour.crowding': alert(4, '人员聚集', 'Crowding'),
  'behaviour.object_left': alert(4, '物品遗留', 'Object left'),
  'behaviour.object_removed': alert(4, '物品被移走', 'Object removed'),
  'object.person': supporting('有人出现', 'Person seen'),
  'object.vehicle': supporting('车辆出现', 'Vehicle seen'),
  'object.animal': supporting('动物出现', 'Animal seen'),
  'object.package': supporting('包裹出现', 'Package seen'),
  'sound.detected': supporting('声音异常', 'Sound detected'),
  'motion.started': supporting('画面移动', 'Motion'),
  'motion.ended': clears('motion.started', '画面移动结束', 'Motion ended'),
  'input.activated': supporting('报警输入触发', 'Input activated'),
  'input.released': clears('input.activated', '报警输入恢复', 'Input released'),
  'health.online': clears('health.offline', '设备在线', 'Device online'),
  'health.offline': alert(3, '设备离线', 'Device offline'),
  'health.flapping': alert(4, '设备时断时续', 'Device comes and goes'),
  'health.storm': alert(4, '设备事件过多', 'Device floods'),
  'health.clock_drift': alert(4, '设备时钟偏差', 'Device clock drift'),
  'health.broker_lost': alert(3, '消息服务器失联', 'Message broker lost'),
  'health.restarted': record('设备重启', 'Device restarted'),
  'health.shut_down': record('设备关机', 'Device shut down'),
  'health.device_failed': alert(3, '设备故障', 'Device fault'),
  'health.storage_failed': alert(3, '存储故障', 'Storage failed'),
  'health.buffer_nearly_full': alert(4, '离线记录将满', 'Device buffer nearly full'),
  'health.auth_failed': alert(3, '设备登录失败', 'Login to the device failed'),
  'device.firmware_changed': record('固件版本变化', 'Firmware changed'),
  'device.address_changed': record('设备地址变化', 'Device address changed'),
  'camera.stream_changed': record('视频参数变化', 'Stream settings changed'),
  'health.event_gap': alert(4, '事件缺失', 'Events missing'),
  // What people report: the cloud makes the alert, with the word of a person; no device tells one.
  'report.hazard': record('上报：隐患', 'Hazard reported'),
  'report.damage': record('上报：设施损坏', 'Damage reported'),
  'report.dispute': record('上报：纠纷', 'Dispute reported'),
  'report.disturbance': record('上报：扰乱秩序', 'Disturbance reported'),
  'report.result': record('上报：处置结果', 'Result of handling reported'),
});

export type EventKind = keyof typeof kinds;

export const eventKinds = Object.keys(kinds) as [EventKind, ...EventKind[]];

export function isEventKind(value: string): value is EventKind {
  return Object.hasOwn(kinds, value);
}

export function kindDefinition(kind: EventKind): KindDefinition {
  return kinds[kind];
}

/** Everything that may matter within seconds goes ahead of ordinary passages. */
export function laneOf(kind: EventKind): Lane {
  return kinds[kind].standing === 'record' ? 'record' : 'alarm';
}
