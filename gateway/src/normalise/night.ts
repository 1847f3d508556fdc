import { localOf } from './zone.js';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/** True within `22:00-06:00` by the zone's clocks; the end does not belong to it. An unknown zone is read as UTC. */
export function isNight(hours: string, zone: string, wallMs: number): boolean {
  const [from = 0, to = 0] = hours.split('-').map(minutesOf);
  const local = localOf(wallMs, zone) ?? wallMs;
  const now = Math.floor(local / MINUTE_MS) % DAY_MINUTES;
  return from <= to ? now >= from && now < to : now >= from || now < to;
}

function minutesOf(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return hour * 60 + minute;
}
