import type { AlertFact, Neighbourhood, QuietRule } from './facts.js';

/**
 * The quiet rule by which an alert opens nothing by itself. Never one of severity 1, and never a restricted one: those
 * are nobody's to silence.
 */
export function quietRuleFor(
  alert: AlertFact,
  { quiet, timezone }: Pick<Neighbourhood, 'quiet' | 'timezone'>,
): QuietRule | undefined {
  if (quiet.length === 0 || alert.severity === 1 || alert.restricted) return undefined;
  return quiet.find((rule) => isMeant(rule, alert) && isQuietHour(rule.hours, alert.at, timezone));
}

function isMeant({ kinds, device, placeId, expiresAt }: QuietRule, alert: AlertFact): boolean {
  if (alert.at >= expiresAt || !kinds.includes(alert.kind)) return false;
  if (device !== null && device !== alert.device) return false;
  return placeId === null || placeId === alert.placeId;
}

function isQuietHour(hours: string | null, at: number, timezone: string): boolean {
  if (hours === null) return true;
  const [from = '', to = ''] = hours.split('-');
  const time = clockTime(at, timezone);
  return from <= to ? time >= from && time < to : time >= from || time < to;
}

/** 'HH:MM' at a place. */
export function clockTime(at: number, timezone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hour: '2-digit', minute: '2-digit' });
  return format.format(at);
}
