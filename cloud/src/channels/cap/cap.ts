import type { Localized, Severity } from '@angrid/contract';
import { inZone } from './sent-time.js';

/** What an alert of CAP 1.2 needs to know of an incident. */
export interface CapIncident {
  readonly id: string;
  readonly kind: string;
  readonly kindTitle: Localized;
  readonly severity: Severity;
  readonly confirmed: boolean;
  readonly falseAlarm: boolean;
  readonly closed: boolean;
  readonly exercise: boolean;
  readonly why: Localized;
  readonly openedAt: Date;
  readonly compound: { readonly name: string; readonly timezone: string };
  readonly place: string | null;
  readonly unitNames: readonly string[];
  /** Codes of the responsible unit. */
  readonly codes: readonly { readonly scheme: string; readonly value: string }[];
  /** When its state changed, in order; the opening is not among them. */
  readonly changes: readonly Date[];
}

const NAMESPACE = 'urn:oasis:names:tc:emergency:cap:1.2';
/** Names no host: the incident's id is unique by itself. Neither spaces nor commas may stand in it. */
const SENDER = 'angrid';
/** A chain longer than this names its beginning and its end. */
const MOST_REFERENCES = 50;

const severities: Readonly<Record<Severity, string>> = { 1: 'Extreme', 2: 'Severe', 3: 'Moderate', 4: 'Minor' };
const urgencies: Readonly<Record<Severity, string>> = {
  1: 'Immediate',
  2: 'Immediate',
  3: 'Expected',
  4: 'Future',
};

/**
 * The incident as one CAP 1.2 message, the latest of its chain: Alert at its opening, Update with every later state,
 * Cancel where it was a false alarm or is closed. `references` names the messages before it.
 */
export function capXml(incident: CapIncident): string {
  const { timezone } = incident.compound;
  const moments = [incident.openedAt, ...incident.changes].map((at) => inZone(at, timezone));
  const messages = moments.map((sent, index) => ({ id: `${incident.id}.${index + 1}`, sent }));
  const last = messages.at(-1) ?? { id: `${incident.id}.1`, sent: inZone(incident.openedAt, timezone) };
  const before = messages.slice(0, -1);
  const named =
    before.length <= MOST_REFERENCES ? before : [...before.slice(0, 1), ...before.slice(1 - MOST_REFERENCES)];
  return element(
    'alert',
    { xmlns: NAMESPACE },
    [
      text('identifier', last.id),
      text('sender', SENDER),
      text('sent', last.sent),
      text('status', incident.exercise ? 'Exercise' : 'Actual'),
      text('msgType', messageType(incident, before.length)),
      text('scope', 'Restricted'),
      text('restriction', 'for the units that are responsible'),
      ...(incident.exercise ? [text('note', '演练 exercise')] : []),
      ...(named.length === 0
        ? []
        : [text('references', named.map(({ id, sent }) => `${SENDER},${id},${sent}`).join(' '))]),
      text('incidents', incident.id),
      info(incident, 'zh-CN'),
      info(incident, 'en'),
    ],
    '<?xml version="1.0" encoding="UTF-8"?>\n',
  );
}

function messageType({ falseAlarm, closed }: CapIncident, before: number): string {
  if (falseAlarm || closed) return 'Cancel';
  return before === 0 ? 'Alert' : 'Update';
}

function info(incident: CapIncident, language: keyof Localized): string {
  const { severity, confirmed, falseAlarm, compound, place, unitNames, codes } = incident;
  return element('info', {}, [
    text('language', language),
    text('category', 'Security'),
    text('event', incident.kindTitle[language]),
    text('urgency', falseAlarm || incident.closed ? 'Past' : urgencies[severity]),
    text('severity', severities[severity]),
    text('certainty', falseAlarm ? 'Unlikely' : confirmed ? 'Observed' : 'Possible'),
    element('eventCode', {}, [text('valueName', 'angrid.kind'), text('value', incident.kind)]),
    text('onset', inZone(incident.openedAt, compound.timezone)),
    text('senderName', 'AnGrid 安格'),
    text('headline', incident.kindTitle[language]),
    text('description', incident.why[language]),
    element('area', {}, [
      text('areaDesc', [...unitNames, compound.name, ...(place === null ? [] : [place])].join(' · ')),
      ...codes.map(({ scheme, value }) => element('geocode', {}, [text('valueName', scheme), text('value', value)])),
    ]),
  ]);
}

function text(name: string, content: string): string {
  return `<${name}>${escaped(content)}</${name}>`;
}

function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly string[],
  head = '',
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  return `${head}<${name}${written.join('')}>${children.join('')}</${name}>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Also without the characters that XML 1.0 has no way to write. */
function escaped(content: string): string {
  return content
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? '');
}
