import type { Message } from '../format/message.js';
import type { Profile } from '../format/profile.js';
import type { Report } from './lint.js';

/** Field names that speak of a person in the protocols of this trade, whatever a profile's author thinks of them. */
const PERSONAL_NAME =
  /name$|^id_?card|card_?(no|num|id|number)$|^card$|phone|^tel|mobile|employee|customi[zd]|person_?(id|uuid|name)|similar|^score|face_?(id|image|token)|pic$|image|photo|snap(url|image)|plate$|licen[cs]e|temperature|birth|gender|nation|address$|user_?(id|name)|^pin$|password/i;

/** True for a field's own name, without its path, that speaks of a person. */
export function isPersonalName(name: string): boolean {
  return PERSONAL_NAME.test(name);
}

/** Events are made of what a profile names, so it is enough to look at what it names. */
export function lintPersonal(profile: Profile, report: Report): void {
  const { pictures = [], drop = [], pseudonym = [] } = profile.personal;
  const personal = [...pictures, ...drop, ...pseudonym];
  for (const { path, at, closed } of [...profile.messages.flatMap(namedByMessage), ...namedByDefaults(profile)]) {
    if (personal.some((field) => overlaps(field, withoutIndexes(path)))) report('keeps-personal', at, path);
    else if (closed !== true && isPersonalName(path.split('.').at(-1) ?? '')) report('looks-personal', at, path);
  }
  for (const path of credentialsOf(profile)) {
    if (!pseudonym.includes(withoutIndexes(path))) report('undeclared-credential', 'credential', path);
  }
}

function credentialsOf(profile: Profile): string[] {
  return profile.messages.flatMap((message) =>
    (message.credential ?? profile.defaults?.credential ?? []).map((path) => inMessage(message, path)),
  );
}

/** Where an item's path lies in the whole message. */
function inMessage(message: Pick<Message, 'each'>, path: string): string {
  if (message.each === undefined) return path;
  return path.replace(/^\$item/, message.each);
}

/** A personal field is named once for all items of a list. */
function withoutIndexes(path: string): string {
  return path.replace(/\.\d+(?=\.|$)/g, '');
}

interface Named {
  readonly path: string;
  readonly at: string;
  /** Only values of a table of the profile get through. */
  readonly closed?: boolean;
}

function namedByDefaults(profile: Profile): Named[] {
  const named = profile.defaults === undefined ? [] : namedByShared(profile.defaults, 'defaults');
  const lists = profile.messages.filter((message) => message.each !== undefined);
  return named.flatMap((one) =>
    one.path.startsWith('$item') ? lists.map((message) => ({ ...one, path: inMessage(message, one.path) })) : [one],
  );
}

/** Every path whose value gets into an event. */
function namedByMessage(message: Message, index: number): Named[] {
  const at = `messages.${index}`;
  const emits = (message.emits ?? []).flatMap((emit, position) => {
    const here = `${at}.emits.${position}`;
    return [
      ...list(emit.channel).map((path) => ({ path, at: `${here}.channel` })),
      ...(emit.code ?? []).flatMap(list).map((path) => ({ path, at: `${here}.code`, closed: true })),
      ...Object.entries(emit.keep ?? {}).flatMap(([name, kept]) =>
        list(kept.path).map((path) => ({ path, at: `${here}.keep.${name}`, closed: kept.values !== undefined })),
      ),
    ];
  });
  return [...namedByShared(message, at), ...emits].map((named) => ({ ...named, path: inMessage(message, named.path) }));
}

function namedByShared(shared: Pick<Message, 'channel' | 'dedup' | 'sequence'>, at: string): Named[] {
  const keys = (shared.dedup ?? []).flatMap((rule) => {
    if (rule.rule === 'vendor-record') return rule.key.flatMap(list);
    return rule.rule === 'device-sequence' ? [rule.epoch, rule.sequence] : [];
  });
  return [
    ...list(shared.channel).map((path) => ({ path, at: `${at}.channel` })),
    ...keys.map((path) => ({ path, at: `${at}.dedup` })),
    ...list(shared.sequence?.path).map((path) => ({ path, at: `${at}.sequence` })),
    ...list(shared.sequence?.previous).map((path) => ({ path, at: `${at}.sequence` })),
  ];
}

function list(paths: string | readonly string[] | undefined): readonly string[] {
  if (paths === undefined) return [];
  return typeof paths === 'string' ? [paths] : paths;
}

/** True where one path is the other, or lies inside it. */
function overlaps(left: string, right: string): boolean {
  return left === right || left.startsWith(`${right}.`) || right.startsWith(`${left}.`);
}
