import { formatLimits } from '../format/primitives.js';
import type { Shown } from '../format/example.js';
import type { Emit, Message } from '../format/message.js';
import type { Profile } from '../format/profile.js';
import { templateDepth } from '../compile/template.js';
import { lintTexts, type LintRule } from './rules.js';
import { lintPersonal } from './personal.js';

export interface LintFinding {
  readonly rule: LintRule;
  /** error: the profile is not loaded. advice: it works, and the catalogue does not take it yet. */
  readonly level: 'error' | 'advice';
  readonly path: string;
  readonly text: { readonly 'zh-CN': string; readonly en: string };
}

export type Report = (rule: LintRule, path: string, subject?: string) => void;

/** What the schema cannot say: names that must exist, and what must never be kept. */
export function lintProfile(profile: Profile): LintFinding[] {
  const findings: LintFinding[] = [];
  const report: Report = (rule, path, subject = '') => {
    const { level, text } = lintTexts[rule];
    findings.push({ rule, level, path, text: { 'zh-CN': text['zh-CN'](subject), en: text.en(subject) } });
  };
  for (const [index, message] of profile.messages.entries()) lintMessage(profile, message, `messages.${index}`, report);
  lintTransport(profile, report);
  lintInstructions(profile, report);
  lintPersonal(profile, report);
  lintExamples(profile, report);
  return findings;
}

function lintMessage(profile: Profile, message: Message, at: string, report: Report): void {
  for (const topic of message.on) {
    if (profile.transport.up[topic] === undefined) report('unknown-topic', `${at}.on`, topic);
  }
  if (message.is !== undefined && profile.read.discriminator === undefined) report('no-discriminator', `${at}.is`);
  if (message.acknowledge !== undefined) {
    lintDown(profile, message.acknowledge.to, `${at}.acknowledge.to`, report);
    lintTemplate(message.acknowledge.body, `${at}.acknowledge.body`, report);
  }
  lintItems(message, at, report);
  if (message.answer !== undefined) {
    if (profile.transport.protocol !== 'http') report('answer-without-http', `${at}.answer`);
    lintTemplate(message.answer, `${at}.answer`, report);
  }
  if (message.presence === 'heartbeat' && profile.heartbeat === undefined) report('no-offline-rule', at);
  if (message.emits === undefined) return;
  lintDedup(profile, message, at, report);
  for (const [index, emit] of message.emits.entries()) lintEmit(profile, emit, `${at}.emits.${index}`, report);
}

function lintItems(message: Message, at: string, report: Report): void {
  if (message.each !== undefined && message.each.startsWith('$')) report('each-of-no-list', `${at}.each`);
  const { each: _each, answer: _answer, acknowledge: _acknowledge, ...rest } = message;
  if (message.each === undefined && /"\$item[."]/.test(JSON.stringify(rest))) report('item-without-each', at);
}

function lintDedup(profile: Profile, message: Message, at: string, report: Report): void {
  const dedup = message.dedup ?? profile.defaults?.dedup;
  const time = message.time ?? profile.defaults?.time;
  if (dedup === undefined) report('no-dedup', at);
  const needsTime = dedup?.some(
    (rule) => rule.rule === 'raw' || (rule.rule === 'vendor-record' && rule.key.includes('$time')),
  );
  if (needsTime === true && time === undefined) report('raw-without-time', at);
}

function lintEmit(profile: Profile, emit: Emit, at: string, report: Report): void {
  if (emit.codes !== undefined && profile.codes?.[emit.codes] === undefined)
    report('unknown-table', `${at}.codes`, emit.codes);
  for (const [name, { values }] of Object.entries(emit.keep ?? {})) {
    if (values !== undefined && profile.values?.[values] === undefined)
      report('unknown-table', `${at}.keep.${name}`, values);
  }
  const attributes = new Set([...Object.keys(emit.keep ?? {}), ...Object.keys(emit.set ?? {})]);
  if (attributes.size > 24) report('too-many-attributes', at);
}

function lintTransport(profile: Profile, report: Report): void {
  const used = new Set(profile.messages.flatMap((message) => message.on));
  for (const name of Object.keys(profile.transport.up)) {
    if (!used.has(name)) report('unused-topic', `transport.up.${name}`, name);
  }
  for (const [name, { topic }] of Object.entries(profile.transport.down ?? {})) {
    if (topic.replaceAll('{device}', '').includes('{')) report('wide-down-topic', `transport.down.${name}`);
  }
  for (const [name, { by = 'publish', answer }] of Object.entries(profile.transport.down ?? {})) {
    const at = `transport.down.${name}`;
    if ((by === 'publish') !== (profile.transport.protocol === 'mqtt')) report('wrong-way-down', at);
    if (answer !== undefined && profile.transport.up[answer] === undefined)
      report('unknown-topic', `${at}.answer`, answer);
  }
  const hasHeartbeat = profile.messages.some(
    (message) => message.presence === 'heartbeat' || message.emits !== undefined,
  );
  if (profile.heartbeat !== undefined && !hasHeartbeat) report('no-sign-of-life', 'heartbeat');
}

const UNLOCK = /unlock|open-?door|door-?open|remote-?open|release-?door/i;

/** The cloud cannot unlock a door, so no profile may teach the gateway how to. */
function lintInstructions(profile: Profile, report: Report): void {
  const commands = Object.entries(profile.commands ?? {}).map(([name, command]) => ({
    name,
    at: `commands.${name}`,
    command,
  }));
  const backfill =
    profile.backfill === undefined ? [] : [{ name: 'backfill', at: 'backfill', command: profile.backfill }];
  for (const { name, at, command } of [...commands, ...backfill]) {
    lintDown(profile, command.to, `${at}.to`, report);
    lintTemplate(command.body, `${at}.body`, report);
    if (UNLOCK.test(name) || UNLOCK.test(JSON.stringify(command.body))) report('unlock', at);
  }
}

function lintDown(profile: Profile, name: string, at: string, report: Report): void {
  if (profile.transport.down?.[name] === undefined) report('unknown-topic', at, name);
}

function lintTemplate(body: unknown, at: string, report: Report): void {
  const tooLarge = JSON.stringify(body).length > formatLimits.templateBytes;
  if (tooLarge || templateDepth(body) > formatLimits.templateDepth) report('template-too-large', at);
}

const ENOUGH_EXAMPLES = 5;

function lintExamples(profile: Profile, report: Report): void {
  if (profile.examples.length < ENOUGH_EXAMPLES) report('few-examples', 'examples');
  const shown = new Set(profile.examples.map((example) => example.shows));
  for (const one of wanted(profile)) {
    if (!shown.has(one)) report('no-such-example', 'examples', one);
  }
}

/** What the devices of a profile can do must be shown by an example. */
function wanted(profile: Profile): readonly Shown[] {
  const parts = [profile.defaults, ...profile.messages];
  const tellsLate = parts.some((part) => part?.late !== undefined || part?.lateAfterSeconds !== undefined);
  const counts = parts.some((part) => part?.sequence?.gap === 'report');
  const when = (holds: boolean, shown: Shown): readonly Shown[] => (holds ? [shown] : []);
  return [
    'live',
    ...when(tellsLate, 'late'),
    ...when(counts, 'gap'),
    'malformed',
    ...when(profile.heartbeat !== undefined, 'heartbeat'),
  ];
}
