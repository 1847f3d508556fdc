import type { EventItem, HealthItem, Item } from '@angrid/contract';
import type { Measured } from './collector.js';

/**
 * What an accepted item says about how things go. Late items and exercises say nothing about now. `arrivedAt` is cloud
 * time, ms.
 */
export function measured(item: Item, compound: string, arrivedAt: number): readonly Measured[] {
  if (item.late || item.exercise) return [];
  if (item.type === 'cn.angrid.report.health.v1') return healthOf(item, compound);
  return 'dedup' in item.data ? eventOf(item as EventItem, compound, arrivedAt) : [];
}

function eventOf({ data }: EventItem, compound: string, arrivedAt: number): readonly Measured[] {
  const whose = { compound, subject: data.device };
  const latency = Math.max(0, arrivedAt - Date.parse(data.gatewayTime.wall));
  const arrived: Measured = { ...whose, series: 'delivery.latency', value: latency };
  const atDoor = /^(door|access)\./.test(data.kind);
  return atDoor ? [arrived, { ...whose, series: 'door.events', value: 1 }] : [arrived];
}

function healthOf({ subject, data }: HealthItem, compound: string): readonly Measured[] {
  const { alarm, record, media } = data.pending;
  const waiting: Measured = { series: 'gateway.pending', compound, subject, value: alarm + record + media };
  const skews = data.devices.flatMap(({ device, clockSkewMs }): Measured[] =>
    clockSkewMs === undefined
      ? []
      : [{ series: 'clock.skew', compound, subject: device, value: Math.abs(clockSkewMs) }],
  );
  return [waiting, ...skews];
}
