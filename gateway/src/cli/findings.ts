import { definitionOf, isErrorCode, type Locale, type Localized } from '@angrid/contract';
import type { Finding, FindingCode } from '../control/finding.js';
import { externalBrokerTexts } from './external-broker-findings.js';
import { fill } from './print/fill.js';
import { localTime } from './print/moment.js';

export interface FindingText {
  readonly says: Localized;
  /** What to do about it; absent where nothing needs to be done. */
  readonly cure?: Localized;
}

/** Every finding in words. A failing cloud has the cure of its error. */
export const findingTexts: Readonly<Record<FindingCode, FindingText>> = {
  'settings.good': {
    says: { 'zh-CN': '配置有效', en: 'the settings are valid' },
  },
  'settings.invalid': {
    says: { 'zh-CN': '配置无效：{detail}', en: 'the settings are not valid: {detail}' },
    cure: {
      'zh-CN': '按提示改正；angrid config reference 解释每一项',
      en: 'correct what is listed; angrid config reference explains every setting',
    },
  },
  'gateway.good': {
    says: { 'zh-CN': '网关正在运行：{gateway}，小区 {site}', en: 'the gateway runs, as {gateway} of {site}' },
  },
  'gateway.not-initialised': {
    says: { 'zh-CN': '{folder} 中的网关尚未初始化', en: 'the gateway has not been set up in {folder}' },
    cure: {
      'zh-CN': '运行 angrid init --cloud <地址> --code <登记码>',
      en: 'run angrid init --cloud <address> --code <code>',
    },
  },
  'gateway.not-running': {
    says: { 'zh-CN': '网关没有运行', en: 'the gateway does not run' },
    cure: {
      'zh-CN': '启动网关：systemctl start angrid-gateway 或 angrid run',
      en: 'start it: systemctl start angrid-gateway, or angrid run',
    },
  },
  'gateway.socket-refused': {
    says: { 'zh-CN': '套接字 {socket} 属于另一用户', en: 'the socket {socket} belongs to another user' },
    cure: {
      'zh-CN': '以运行网关的用户执行，例如 sudo -u angrid',
      en: 'run the command as the user of the gateway, for example with sudo -u angrid',
    },
  },
  'profiles.good': {
    says: { 'zh-CN': '已加载 {count} 个设备配置文件', en: '{count} device profiles are loaded' },
  },
  'profiles.missing': {
    says: {
      'zh-CN': '{device} 需要的配置文件 {profile} 不存在',
      en: '{device} needs the profile {profile}, which is not there',
    },
    cure: {
      'zh-CN': '恢复该配置文件，或用 angrid device replace 换一个',
      en: 'put the profile back, or give the device another one with angrid device replace',
    },
  },
  'profiles.more': {
    says: { 'zh-CN': '另有 {count} 台设备缺少配置文件', en: '{count} more devices have no profile' },
  },
  'devices.none': {
    says: { 'zh-CN': '还没有添加设备', en: 'no device is paired' },
    cure: {
      'zh-CN': '用 angrid device add 添加，或用 angrid device scan 查找摄像机',
      en: 'pair one with angrid device add, or find cameras with angrid device scan',
    },
  },
  'devices.good': {
    says: { 'zh-CN': '{count} 台设备在线', en: '{count} devices are online' },
  },
  'devices.more': {
    says: { 'zh-CN': '另有 {count} 台设备异常', en: '{count} more devices are not in order' },
  },
  'panel.offline': {
    says: {
      'zh-CN': '面板 {device}（{name}）自 {since} 起离线',
      en: 'the panel {device} ({name}) is offline since {since}',
    },
    cure: {
      'zh-CN': '检查电源、网线和网络；angrid events tail --device {device} 可看到收到的消息',
      en: 'check its power, cable and network; angrid events tail --device {device} shows what arrives',
    },
  },
  'panel.unknown': {
    says: {
      'zh-CN': '面板 {device}（{name}）在网关启动后尚未连接',
      en: 'the panel {device} ({name}) has not connected since the gateway started',
    },
    cure: {
      'zh-CN': '检查面板中的主机、端口、用户名和密码；angrid device password {device} 可生成新密码',
      en: 'check host, port, user and password in the panel; angrid device password {device} makes a new one',
    },
  },
  'camera.away': {
    says: { 'zh-CN': '摄像机 {device}（{name}）没有应答', en: 'the camera {device} ({name}) does not answer' },
    cure: {
      'zh-CN': '检查电源、网线和地址；angrid device test {device} 显示其应答',
      en: 'check its power, cable and address; angrid device test {device} says what it answers',
    },
  },
  'camera.reachable': {
    says: {
      'zh-CN': '摄像机 {device}（{name}）有应答，但不提供事件',
      en: 'the camera {device} ({name}) answers, but its events cannot be followed',
    },
    cure: {
      'zh-CN': '检查其 ONVIF 设置和订阅数；angrid device test {device} 显示其应答，必要时升级固件',
      en: 'check its ONVIF settings and how many subscribers it has; angrid device test {device} says what it answers',
    },
  },
  'device.needs-password': {
    says: { 'zh-CN': '摄像机 {device}（{name}）拒绝了密码', en: 'the camera {device} ({name}) refuses its password' },
    cure: {
      'zh-CN': '运行 angrid device password {device}；多次错误会锁定摄像机账号',
      en: 'run angrid device password {device}; wrong passwords lock the account of a camera',
    },
  },
  'camera.no-stream': {
    says: {
      'zh-CN': '摄像机 {device}（{name}）没有视频 {detail}',
      en: 'the camera {device} ({name}) gives no video {detail}',
    },
    cure: {
      'zh-CN': '检查 RTSP 端口，并设为 H.264；若缺少 ffmpeg：apt-get install -y ffmpeg',
      en: 'check its RTSP port and that it sends H.264; apt-get install -y ffmpeg where ffmpeg is missing',
    },
  },
  'camera.clock-wrong': {
    says: {
      'zh-CN': '摄像机 {device}（{name}）的时钟偏差过大',
      en: 'the clock of the camera {device} ({name}) is far off',
    },
    cure: { 'zh-CN': '为摄像机配置 NTP', en: 'set NTP on the camera' },
  },
  'broker.good': {
    says: { 'zh-CN': '面板通过 TLS 连接 {address}', en: 'panels connect to {address} over TLS' },
  },
  'broker.plain': {
    says: {
      'zh-CN': '隔离网络 {network} 中的面板可不加密连接 {address}',
      en: 'panels may connect without TLS to {address}, in the isolated network {network}',
    },
    cure: {
      'zh-CN': '该网络须与其他网络隔离；支持 TLS 的面板请改用 TLS',
      en: 'keep this network apart from all others, and give panels TLS where they can do it',
    },
  },
  'broker.no-certificate': {
    says: { 'zh-CN': '{folder} 中没有供面板使用的证书', en: 'there is no certificate for panels in {folder}' },
    cure: { 'zh-CN': '重启网关，会自动生成', en: 'restart the gateway: it makes one' },
  },
  'broker.certificate-ends': {
    says: { 'zh-CN': '供面板使用的证书将在 {days} 天后到期', en: 'the certificate for panels ends in {days} days' },
    cure: {
      'zh-CN': '网关每天自动更新；若未更新，请重启并查看日志',
      en: 'the gateway renews it each day; if it does not, restart it and look at its log',
    },
  },
  'http.good': {
    says: { 'zh-CN': 'HTTP 设备通过 TLS 推送到 {address}', en: 'devices push over HTTP with TLS to {address}' },
  },
  'http.plain': {
    says: {
      'zh-CN': '隔离网络 {network} 中的设备可不加密推送到 {address}',
      en: 'devices may push over HTTP without TLS to {address}, in the isolated network {network}',
    },
    cure: {
      'zh-CN': '该网络须与其他网络隔离；支持 HTTPS 的设备请改用 HTTPS',
      en: 'keep this network apart from all others, and give devices HTTPS where they can do it',
    },
  },
  'http.closed': {
    says: {
      'zh-CN': 'HTTP 设备的端口 {address} 没有打开',
      en: 'the port {address} for devices that push over HTTP is closed',
    },
    cure: {
      'zh-CN': '检查端口是否被占用，然后重启网关',
      en: 'see whether another program holds the port, then restart the gateway',
    },
  },
  ...externalBrokerTexts,
  'outbox.good': {
    says: { 'zh-CN': '发件箱正常，待发 {count} 条', en: 'the outbox is in order; {count} wait' },
  },
  'outbox.backlog': {
    says: { 'zh-CN': '发件箱积压 {count} 条', en: '{count} items wait in the outbox' },
    cure: { 'zh-CN': '恢复与云端的连接；期间不会丢失', en: 'mend the link to the cloud; nothing is lost meanwhile' },
  },
  'outbox.quarantined': {
    says: {
      'zh-CN': '云端拒绝了 {count} 条，已放入隔离区',
      en: 'the cloud has rejected {count} items; they are in quarantine',
    },
    cure: {
      'zh-CN': '用 angrid quarantine list 查看；升级后用 angrid quarantine resend --all 重发',
      en: 'see angrid quarantine list; after an update send them again with angrid quarantine resend --all',
    },
  },
  'outbox.disk-full': {
    says: {
      'zh-CN': '磁盘仅剩 {free} MB，低于保留的 {reserve} MB：不再确认收到任何消息',
      en: 'the disk has {free} MB left, less than the reserve of {reserve} MB: nothing is acknowledged',
    },
    cure: { 'zh-CN': '清理或扩大数据目录所在的磁盘', en: 'free or enlarge the disk of the data folder' },
  },
  'outbox.disk-low': {
    says: {
      'zh-CN': '磁盘剩余 {free} MB，低于 {reserve} MB 时将不再确认收到',
      en: 'the disk has {free} MB left; at {reserve} MB nothing is acknowledged any more',
    },
    cure: { 'zh-CN': '清理或扩大数据目录所在的磁盘', en: 'free or enlarge the disk of the data folder' },
  },
  'evidence.write-budget': {
    says: {
      'zh-CN': '今天已写入 {written} MB 证据，达到上限 {budget} MB：3、4 级告警只留抓拍',
      en: '{written} MB of evidence were written today, of {budget} MB: severity 3 and 4 get no clips',
    },
    cure: {
      'zh-CN': '等到次日（UTC），或调大 media.dailyWrites',
      en: 'wait for the next day (UTC), or raise media.dailyWrites',
    },
  },
  'cloud.good': {
    says: { 'zh-CN': '云端 {cloud} 正常接收', en: 'the cloud {cloud} takes everything' },
  },
  'cloud.failing': {
    says: { 'zh-CN': '云端 {cloud} 不接收：{code} {detail}', en: 'the cloud {cloud} takes nothing: {code} {detail}' },
  },
  'cloud.no-channel': {
    says: { 'zh-CN': '与 {cloud} 的指令通道未打开', en: 'the command channel to {cloud} is closed' },
    cure: { 'zh-CN': '检查网络是否允许长连接', en: 'check that the network lets long connections stand' },
  },
  'cloud.spool': {
    says: {
      'zh-CN': '数据写入 {folder}，是否到达云端在此无法得知',
      en: 'batches are written to {folder}; whether they arrive is not known here',
    },
    cure: { 'zh-CN': '查看该目录中的回执', en: 'look for receipts in the folder' },
  },
  'unit.good': {
    says: {
      'zh-CN': '每扇门都有位置、单元和摄像机（小区配置版本 {version}）',
      en: 'every door has a place, a unit and a camera (site configuration {version})',
    },
  },
  'unit.pending': {
    says: { 'zh-CN': '云端尚未知道 {device}', en: '{device} is not known to the cloud yet' },
    cure: {
      'zh-CN': '稍候；若一直如此，请恢复与云端的连接',
      en: 'wait a moment; if it stays, mend the link to the cloud',
    },
  },
  'unit.unlinked': {
    says: {
      'zh-CN': '{device} 没有关联位置：其告警不知该通知谁',
      en: '{device} is linked to no place: its alerts reach nobody in particular',
    },
    cure: {
      'zh-CN': '运行 angrid device link {device} --place <位置>；angrid site places 列出位置',
      en: 'run angrid device link {device} --place <place>; angrid site places lists them',
    },
  },
  'unit.none': {
    says: {
      'zh-CN': '{device} 所在位置 {place} 不属于任何单元',
      en: 'the place {place} of {device} belongs to no unit',
    },
    cure: { 'zh-CN': '在控制台为该位置指定单元', en: 'give the place a unit in the console' },
  },
  'unit.no-camera': {
    says: {
      'zh-CN': '没有摄像机看到 {device}：其告警无法相互印证',
      en: 'no camera looks at {device}: its alerts stay unconfirmed',
    },
    cure: {
      'zh-CN': '运行 angrid device link {device} --camera <摄像机>',
      en: 'run angrid device link {device} --camera <camera>',
    },
  },
  'unit.more': {
    says: { 'zh-CN': '另有 {count} 台设备未关联', en: '{count} more devices are not linked' },
  },
  'unit.lost': {
    says: { 'zh-CN': '经 {device} 的演练没有找到单元', en: 'the exercise through {device} found no unit' },
    cure: { 'zh-CN': '把设备关联到属于某单元的位置', en: 'link the device to a place that belongs to a unit' },
  },
  'legs.unproven': {
    says: { 'zh-CN': '是否能通知到人尚未验证', en: 'whether somebody is told is not proven' },
    cure: {
      'zh-CN': '运行 angrid doctor --prove <设备>，发出一次完整演练',
      en: 'run angrid doctor --prove <device>: it sends an exercise the whole way',
    },
  },
  'legs.good': {
    says: { 'zh-CN': '经 {device} 的演练已到达：{roles}', en: 'an exercise through {device} reached: {roles}' },
  },
  'legs.missing': {
    says: {
      'zh-CN': '经 {device} 的演练没有通知到任何人 {detail}',
      en: 'the exercise through {device} reached nobody {detail}',
    },
    cure: {
      'zh-CN': '在控制台检查小区是否有物业账号，以及平台的接入方式',
      en: 'check in the console that the compound has a property manager, and how its platforms are reached',
    },
  },
  'cloud.lost': {
    says: {
      'zh-CN': '经 {device} 的演练没有到达云端 {detail}',
      en: 'the exercise through {device} did not reach the cloud {detail}',
    },
    cure: {
      'zh-CN': '检查网络和云端地址；angrid status 显示其应答',
      en: 'check the network and the address of the cloud; angrid status shows what it answers',
    },
  },
};

export interface Explained extends Finding {
  readonly says: string;
  readonly cure?: string;
}

/** The finding with its sentence and its cure, in the reader's language. */
export function explain(finding: Finding, locale: Locale): Explained {
  const { says, cure } = findingTexts[finding.code];
  const values = shownOf(finding.values);
  const filled = { ...finding, says: fill(says[locale], values).trim() };
  const known = cureOfError(finding, locale) ?? (cure && fill(cure[locale], values));
  return known === undefined ? filled : { ...filled, cure: known };
}

/** Instants by the clock of the reader. */
function shownOf({ since, ...values }: Finding['values']): Finding['values'] {
  return typeof since === 'string' ? { ...values, since: localTime(since) } : values;
}

function cureOfError({ code, values }: Finding, locale: Locale): string | undefined {
  const error = String(values['code'] ?? '');
  return code === 'cloud.failing' && isErrorCode(error) ? definitionOf(error).hint[locale] : undefined;
}
