import { textAt, type XmlElement } from './soap/xml.js';

/** What we ask for: short, because a lost subscription blocks one of the camera's few slots until it ends. */
export const ASKED_LIFETIME_MS = 120_000;

/** Less than this is a camera that misread a relative time. */
export const LEAST_LIFETIME_MS = 10_000;

/** A camera that grants more is renewed as if it had granted this. */
const MOST_LIFETIME_MS = 600_000;

/** A camera that does not say how long. */
const ASSUMED_LIFETIME_MS = 60_000;

/** How a camera understands termination times: some only relative, some only absolute ones. */
export type TimeStyle = 'relative' | 'absolute';

/** The TerminationTime of a request; absolute ones are in the time of the camera. */
export function terminationTime(style: TimeStyle, cameraNowMs: number): string {
  if (style === 'relative') return `PT${ASKED_LIFETIME_MS / 1000}S`;
  return new Date(cameraNowMs + ASKED_LIFETIME_MS).toISOString();
}

/**
 * What the camera granted: TerminationTime minus CurrentTime of the same reply, both by its own clock.
 * May be negative. `cameraNowMs` stands in where a Renew reply has no CurrentTime, which is optional there.
 */
export function grantedLifetime(reply: XmlElement, cameraNowMs: number): number {
  const end = dateTimeMs(textAt(reply, 'TerminationTime'));
  if (end === undefined) return ASSUMED_LIFETIME_MS;
  const granted = end - (dateTimeMs(textAt(reply, 'CurrentTime')) ?? cameraNowMs);
  return Math.min(granted, MOST_LIFETIME_MS);
}

/** xs:dateTime in ms since 1970; without a zone it is taken for UTC, as ONVIF demands. */
export function dateTimeMs(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text)) return undefined;
  const ms = Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
