import { type EventKind, kindDefinition, type Localized } from '@angrid/contract';
import type { Catalogue, CompiledProfile, Profile } from '@angrid/device-profiles';
import { type Language, words } from './device-words.js';

/** A page for each profile and an index, in both languages, by file name. */
export function devicePages(profiles: Catalogue): ReadonlyMap<string, string> {
  const pages = new Map<string, string>();
  for (const language of ['en', 'zh-CN'] as const) {
    pages.set(`profiles${ending(language)}`, indexPage(profiles, language));
    for (const profile of profiles.values()) {
      pages.set(`devices/${profile.name}${ending(language)}`, devicePage(profile, language));
    }
  }
  return pages;
}

function ending(language: Language): string {
  return language === 'en' ? '.md' : `.${language}.md`;
}

function indexPage(profiles: Catalogue, language: Language): string {
  const say = words[language];
  const rows = [...profiles.values()].map(({ name, label, verified, protocol, source }) => [
    `[${source.vendor} ${source.model}](devices/${name}${ending(language)})`,
    `\`${label}\``,
    protocol,
    source.description[language],
    verified ? say.verified : say.unverified,
  ]);
  const head = [say.device, say.profile, say.protocol, say.about, say.state];
  return page([`# ${say.devices}`, '', say.intro, '', ...table(head, rows)]);
}

function devicePage(profile: CompiledProfile, language: Language): string {
  const { source } = profile;
  const say = words[language];
  return page([
    `# ${source.vendor} ${source.model}`,
    '',
    source.description[language],
    '',
    `- ${say.profile}: \`${profile.label}\` (${profile.verified ? say.verified : say.unverified})`,
    `- ${say.protocol}: ${profile.protocol}, ${say.formats[source.read.format]}`,
    `- ${say.kinds[source.device]}, GB/T 28181 ${source.gb28181}`,
    '',
    ...setupSection(source, language),
    ...topicSection(source, language),
    ...codeSections(source, language),
    ...plainEventSection(source, language),
    ...droppedSection(source, language),
    ...ruleSection(profile, language),
    `## ${say.examples}`,
    '',
    ...source.examples.map(
      ({ says, shows }) => `- ${shows === undefined ? '' : `**${say.shows[shows]}** `}${says[language]}`,
    ),
  ]);
}

function setupSection({ setup }: Profile, language: Language): string[] {
  if (setup === undefined) return [];
  return [`## ${words[language].setup}`, '', ...setup.map((step, index) => `${index + 1}. ${step[language]}`), ''];
}

function topicSection({ transport, messages }: Profile, language: Language): string[] {
  const say = words[language];
  const up = Object.entries(transport.up).map(([name, { topic }]) => {
    const addresses = [topic].flat().map((one) => code(addressOf(transport, one)));
    const here = messages.filter((message) => message.on.includes(name)).map((message) => message.name);
    return [say.fromDevice, addresses.join('<br>'), here.join(', ')];
  });
  const down = Object.values(transport.down ?? {}).map(({ topic, by = 'publish' }) => [
    say.toDevice,
    code(topic),
    say.by[by],
  ]);
  const note = transport.http === undefined ? [] : [say.login[transport.http.login], ''];
  return [`## ${say.topics}`, '', ...note, ...table([say.direction, say.topic, say.messages], [...up, ...down])];
}

function addressOf(transport: Profile['transport'], topic: string): string {
  if (transport.http === undefined) return topic;
  return transport.http.login === 'path'
    ? `https://{gateway}:8884/p/{user}/{secret}/${topic}`
    : `http://{gateway}:{port}/${topic}`;
}

function codeSections({ codes = {} }: Profile, language: Language): string[] {
  const say = words[language];
  return Object.entries(codes).flatMap(([name, entries]) => [
    `## ${say.codes}: ${name}`,
    '',
    ...table(
      [say.code, say.kind, say.meaning],
      Object.entries(entries).map(([value, entry]) => codeRow(value, entry, language)),
    ),
  ]);
}

type CodeEntry = NonNullable<Profile['codes']>[string][string];

function codeRow(value: string, entry: CodeEntry, language: Language): string[] {
  if (typeof entry === 'string') return [code(value), kindText(entry, language), ''];
  const meaning = entry.title?.[language] ?? '';
  if ('ignore' in entry) return [code(value), `${words[language].noEvent} (\`${entry.ignore}\`)`, meaning];
  const set = Object.entries(entry.set ?? {}).map(([name, fixed]) => `${name} = ${String(fixed)}`);
  return [code(value), kindText(entry.kind, language), [meaning, ...set].filter((part) => part !== '').join('; ')];
}

/** Events that need no code. */
function plainEventSection({ messages }: Profile, language: Language): string[] {
  const say = words[language];
  const rows = messages.flatMap(({ name, emits = [] }) =>
    emits.flatMap(({ kind, state }) => {
      if (kind !== undefined) return [[name, kindText(kind, language), '', '']];
      if (state === undefined) return [];
      const end = state.ends === undefined ? say.endsAlert : kindText(state.ends, language);
      return [[name, kindText(state.begins, language), end, stateNote(state, language)]];
    }),
  );
  return rows.length === 0
    ? []
    : [`## ${say.plain}`, '', ...table([say.message, say.begins, say.ends, say.note], rows)];
}

type State = NonNullable<NonNullable<Profile['messages'][number]['emits']>[number]['state']>;

function stateNote(state: State, language: Language): string {
  const say = words[language];
  if (state.initial !== undefined) return say.present;
  return state.edge === undefined ? '' : say.change;
}

function droppedSection({ personal, messages }: Profile, language: Language): string[] {
  const say = words[language];
  const whole = messages.filter((message) => message.drop !== undefined);
  const lines = [
    listed(say.pictures, personal.pictures),
    listed(say.fields, personal.drop),
    listed(say.pseudonyms, personal.pseudonym),
    listed(
      say.whole,
      whole.map(({ name, drop = '' }) => (name === drop ? name : `${name}: ${drop}`)),
    ),
  ].filter((line) => line !== '');
  return [`## ${say.dropped}`, '', ...(lines.length === 0 ? [say.nothing] : lines), ''];
}

function listed(title: string, names: readonly string[] | undefined = []): string {
  return names.length === 0 ? '' : `- ${title}: ${names.map(code).join(', ')}`;
}

function ruleSection({ source, offlineAfterSeconds }: CompiledProfile, language: Language): string[] {
  const say = words[language];
  const parts = [source.defaults, ...source.messages];
  const ages = new Set(parts.flatMap((part) => part?.lateAfterSeconds ?? []));
  const late = [
    ...(parts.some((part) => part?.late !== undefined) ? [say.lateByDevice] : []),
    ...[...ages].map((seconds) => say.lateByAge(seconds)),
    ...(parts.some((part) => part?.burst !== undefined) ? [say.lateByBurst] : []),
  ];
  const counts = parts.some((part) => part?.sequence?.gap === 'report');
  const acknowledged = source.messages.filter((message) => message.acknowledge !== undefined).map(({ name }) => name);
  const { backfill } = source;
  return [
    `## ${say.rules}`,
    '',
    `- ${say.late}: ${late.length === 0 ? say.never : late.join(language === 'en' ? ' ' : '')}`,
    `- ${say.gaps}: ${counts ? say.counted : say.notCounted}`,
    `- ${say.backfill}: ${backfill === undefined ? say.none : (backfill.description?.[language] ?? say.backfillBy[backfill.by])}`,
    `- ${say.acknowledgement}: ${acknowledgement(source, acknowledged, language)}`,
    `- ${say.offline}: ${offlineAfterSeconds === undefined ? say.silent : say.silence(offlineAfterSeconds)}`,
    '',
  ];
}

function acknowledgement({ transport }: Profile, messages: readonly string[], language: Language): string {
  const say = words[language];
  if (messages.length > 0) return say.acknowledged(messages.join(', '));
  if (transport.protocol === 'http') return say.answered;
  return transport.protocol === 'mqtt' ? say.puback : say.none;
}

function kindText(kind: EventKind, language: Language): string {
  const title: Localized = kindDefinition(kind).title;
  return `${title[language]} \`${kind}\``;
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`);
  return [...lines, ''];
}

function cell(text: string): string {
  return text.replaceAll('\n', ' ');
}

function page(lines: readonly string[]): string {
  return `${lines.join('\n').trimEnd()}\n`;
}
