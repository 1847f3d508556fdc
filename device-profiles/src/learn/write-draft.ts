import { Document, isMap, isScalar, type Pair } from 'yaml';
import type { Profile } from '../format/profile.js';
import type { Guesses } from './messages.js';

export interface Notes {
  /** Paths of lists, which may hold one record in each item. */
  readonly lists: readonly string[];
  readonly guesses: Guesses;
}

const HEAD = [
  ' yaml-language-server: $schema=profile.schema.json  (angrid profile schema > profile.schema.json)',
  '',
  ' 草稿，由采集并脱敏的消息生成。分享前请通读一遍：脱敏靠规则，不能代替人。',
  ' A draft, made from recorded and redacted messages. Read it through before you share it: rules redacted it, nobody looked.',
  '',
  ' 接下来 · What to do next:',
  ' 1. vendor、model、description：写上真实的厂商和型号。 · Name the real vendor and model.',
  ' 2. codes：把每个代码的 ignore: not-mapped-yet 改为事件种类（见 deploy/reference/events.md）；确实不是事件的，写明原因。',
  '    codes: turn each `ignore: not-mapped-yet` into a kind of event (deploy/reference/events.md), or give the reason why it is none.',
  ' 3. examples：写清发生了什么，运行 angrid profile test，把 expect 改为应有的结果。',
  '    examples: say what happened; run angrid profile test, and make `expect` what must come out.',
  ' 4. 补上断网补传、缺号、畸形和心跳的示例；angrid profile lint 会说还缺什么。',
  '    Record late, missing, broken and heartbeat messages, too; angrid profile lint says what is still missing.',
];

/** The profile as YAML, with a comment in both languages wherever something was guessed. */
export function writeDraft(profile: Profile, notes: Notes): string {
  const document = new Document(profile, { schema: 'core', aliasDuplicateObjects: false });
  document.commentBefore = HEAD.join('\n');
  for (const [key, lines] of Object.entries(commentsOf(profile, notes))) {
    const pair = pairOf(document, key);
    if (pair && isScalar(pair.key)) {
      pair.key.commentBefore = lines.map((line) => ` ${line}`).join('\n');
      pair.key.spaceBefore = true;
    }
  }
  return document.toString({ lineWidth: 120 });
}

function pairOf({ contents }: Document, key: string): Pair | undefined {
  if (!isMap(contents)) return undefined;
  return contents.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

function commentsOf({ read }: Profile, { lists, guesses }: Notes): Record<string, string[]> {
  const { discriminator, device, beats } = guesses;
  return {
    transport: [
      '{device} 是设备自己的编号，{a} 之类匹配一层。 · {device} is the device’s own id; {a} and the like take one level.',
    ],
    read: [
      discriminator === undefined
        ? '没有找到区分消息种类的字段：若有，写作 discriminator。 · No field was found that tells messages apart: name it as discriminator, if there is one.'
        : `猜测：${discriminator} 区分消息种类。 · A guess: ${discriminator} tells messages apart.`,
      device === undefined
        ? '消息未写明设备编号。 · The messages do not name their device.'
        : `${device} 是设备编号：设备只能替自己说话。 · ${device} names the device, which speaks for itself only.`,
      ...(read.lines?.columns ? ['给各列起名，- 为不读。 · Name the columns; - for one that is not read.'] : []),
    ],
    personal: [
      '看起来与人有关的字段，永不外传；凭证（卡号）列入 pseudonym。 · Fields that look personal never leave; credentials, such as card numbers, go under pseudonym.',
    ],
    codes: ['采集到的代码，含义未知。 · The codes that were seen; what they mean is not known.'],
    ...(beats && {
      heartbeat: ['猜测：超过心跳间隔三倍即离线。 · A guess: make it three times the interval of the heartbeat.'],
    }),
    messages: [
      'time、dedup、sequence、channel 均为猜测，请核对；序号连续时写 gap: report，缺号即可发现。',
      'time, dedup, sequence and channel are guesses: check them. Where numbers have no holes, gap: report finds what is lost.',
      ...lists.map(
        (path) =>
          `列表 ${path}：若每项是一条记录，用 each: ${path}。 · The list ${path}: if each item is a record, use each: ${path}.`,
      ),
    ],
    examples: [
      '每条不同的消息一个示例；expect 是草稿目前的结果。 · One example for each distinct message; expect is what the draft makes of it now.',
    ],
  };
}
