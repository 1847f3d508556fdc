import { type EventKind, kindDefinition, type Locale } from '@angrid/contract';
import { catalogue } from '@angrid/runtime';
import type { RulesInForce } from '../control/rules.js';

const { translate } = catalogue({
  en: {
    tamper: 'Tampered with',
    inhibition: 'Behind a device that is down',
    atOnce: 'at once',
    heldOpen: 'after {seconds} s ({period})',
    door: 'door {channel}: after {seconds} s ({period})',
    denials: '{count} within {seconds} s',
    granted: '{count} of another credential within {seconds} s before',
    offline: '{seconds} s after its last sign of life was due',
    flapping: '{count} changes within {seconds} s, until calm for {calm} s',
    mains: 'away for {lost} s, until back for {back} s',
    battery: 'once, until restored',
    inhibited: 'no offline alert of its own',
    drift: 'more than {seconds} s off',
    storm:
      'alarms {alarmBurst} at once, {alarm}/s; others {recordBurst} at once, {record}/s; beyond it one event with its count each {window} s',
  },
  'zh-CN': {
    tamper: '被拆动',
    inhibition: '上级设备离线',
    atOnce: '立即',
    heldOpen: '{seconds} 秒后（{period}）',
    door: '门 {channel}：{seconds} 秒后（{period}）',
    denials: '{seconds} 秒内 {count} 次',
    granted: '此前 {seconds} 秒内另一凭证被拒 {count} 次',
    offline: '超过应有心跳 {seconds} 秒',
    flapping: '{seconds} 秒内变化 {count} 次，稳定 {calm} 秒后结束',
    mains: '断电 {lost} 秒后，恢复 {back} 秒后结束',
    battery: '一次，直到恢复',
    inhibited: '不单独报离线',
    drift: '偏差超过 {seconds} 秒',
    storm:
      '报警突发 {alarmBurst} 条、每秒 {alarm} 条；其他突发 {recordBurst} 条、每秒 {record} 条；超出的每 {window} 秒合并计数',
  },
});

export interface RuleLine {
  readonly title: string;
  readonly on: boolean;
  readonly means: string;
}

/** A line for each rule that has a switch or a number. */
export function ruleLines(rules: RulesInForce, locale: Locale): RuleLine[] {
  const line = (kind: EventKind, on: boolean, means: string): RuleLine => ({
    title: kindDefinition(kind).title[locale],
    on,
    means,
  });
  const { repeatedDenial, deniedThenGranted, flapping, mains, offlineGraceSeconds } = rules;
  return [
    line('door.held_open', rules.heldOpen.on, heldOpenText(rules, locale)),
    line('door.forced', rules.forced.on, translate(locale, 'atOnce')),
    line('behaviour.tailgating', rules.tailgating.on, translate(locale, 'atOnce')),
    line(
      'access.repeated_denial',
      repeatedDenial.on,
      translate(locale, 'denials', { count: repeatedDenial.count, seconds: repeatedDenial.windowSeconds }),
    ),
    line(
      'access.denied_then_granted',
      deniedThenGranted.on,
      translate(locale, 'granted', { count: deniedThenGranted.denials, seconds: deniedThenGranted.withinSeconds }),
    ),
    { title: translate(locale, 'tamper'), on: rules.tamper.on, means: translate(locale, 'atOnce') },
    line('health.offline', rules.offline.on, translate(locale, 'offline', { seconds: offlineGraceSeconds })),
    line(
      'health.flapping',
      flapping.on,
      translate(locale, 'flapping', {
        count: flapping.changes,
        seconds: flapping.withinSeconds,
        calm: flapping.calmSeconds,
      }),
    ),
    line(
      'power.mains_lost',
      mains.on,
      translate(locale, 'mains', { lost: mains.lostForSeconds, back: mains.backForSeconds }),
    ),
    line('power.battery_low', rules.battery.on, translate(locale, 'battery')),
    { title: translate(locale, 'inhibition'), on: rules.inhibition.on, means: translate(locale, 'inhibited') },
    line('health.clock_drift', true, translate(locale, 'drift', { seconds: rules.clockDriftSeconds })),
    line('health.storm', true, stormText(rules, locale)),
  ];
}

function heldOpenText({ heldOpen: { seconds, period = '' }, doors }: RulesInForce, locale: Locale): string {
  if (seconds === undefined) return '';
  const own = doors.map((door) => translate(locale, 'door', { ...door }));
  return [translate(locale, 'heldOpen', { seconds, period }), ...own].join('; ');
}

function stormText({ storm: { alarm, record, windowSeconds } }: RulesInForce, locale: Locale): string {
  return translate(locale, 'storm', {
    alarmBurst: alarm.burst,
    alarm: alarm.perSecond,
    recordBurst: record.burst,
    record: record.perSecond,
    window: windowSeconds,
  });
}
