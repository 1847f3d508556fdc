import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { builtInProfiles, draftProfile, type Fit, fitsOf, loadProfiles } from '@angrid/device-profiles';
import { catalogue } from '@angrid/runtime';
import { capturesFrom, capturesIn } from '../captures.js';
import { command, flag, value } from '../command.js';
import type { Context } from '../context.js';
import type { View } from '../print/view.js';
import { deviceOf } from '../device-of.js';
import { protocolOf } from '../protocol-of.js';
import { spanOf } from '../span.js';

const { translate } = catalogue({
  en: {
    source: 'give either --device or --from',
    name: '{file} is no name for a profile: lower-case letters, digits and dashes, and .yaml',
    exists: '{file} exists already; choose another name with --output',
    unwritten: '{file} cannot be written: {why}',
    fits: 'fits {profile}  {fits} of {of}',
    first: 'Try the profile that fits before you write one of your own.',
    written: '{file}: a draft with {examples} examples of {captured} messages',
    unreadable: '{count} bodies could not be read and are not in it.',
    next: 'Read it through: rules redacted it. Give codes their kinds, then run angrid profile test {file}',
  },
  'zh-CN': {
    source: '请给出 --device 或 --from 之一',
    name: '{file} 不能作为配置文件名：只用小写字母、数字和连字符，以 .yaml 结尾',
    exists: '{file} 已存在，请用 --output 另选文件名',
    unwritten: '无法写入 {file}：{why}',
    fits: '适合 {profile}  {fits} / {of}',
    first: '请先试用适合的配置文件，再考虑自己编写。',
    written: '{file}：草稿，{examples} 个示例，取自 {captured} 条消息',
    unreadable: '{count} 条内容无法读取，未写入。',
    next: '请通读：脱敏依靠规则。为代码写上事件种类，然后运行 angrid profile test {file}',
  },
});

export interface LearnedProfile {
  readonly file: string;
  readonly captured: number;
  readonly examples: number;
  readonly unreadable: number;
  /** Profiles that read at least half of the messages already, best first. */
  readonly fits: readonly Fit[];
}

const DEFAULT_FILE = 'draft.yaml';
const DEFAULT_SPAN = '10m';

export const profileLearn = command({
  name: 'profile learn',
  about: {
    'zh-CN': '采集设备的未知消息，脱敏后写成配置文件草稿',
    en: 'Record what no profile knows of a device, redact it, write a draft profile',
  },
  notes: {
    'zh-CN':
      '采集期间该设备会重新连接，并可发布到任何主题；消息只留在本机。也可用 --from 读取文件，不需要网关。Ctrl-C 提前结束并写出草稿',
    en: 'The device connects anew and may publish to any topic meanwhile; its messages stay on this machine. With --from no gateway is needed. Ctrl-C ends the recording and writes the draft.',
  },
  options: {
    device: value('id', { 'zh-CN': '已配对的设备', en: 'a paired device' }),
    topic: value('topic', {
      'zh-CN': '只采集此主题（可含 + 和 #）；与 --from 同用时为消息的主题',
      en: 'only this topic, which may hold + and #; with --from, the topic of the bodies',
    }),
    for: value('span', {
      'zh-CN': '采集多久，如 30s、10m、2h，默认 10m',
      en: 'for how long, such as 30s, 10m or 2h; else 10m',
    }),
    all: flag({ 'zh-CN': '已能识别的消息也采集', en: 'record what its profile knows, too' }),
    from: value('path', {
      'zh-CN': '每行一条消息的文件，或每个文件一条消息的文件夹',
      en: 'a file with one body a line, or a folder with one body a file',
    }),
    protocol: value('name', { 'zh-CN': '与 --from 同用：设备的协议', en: 'with --from: how the device speaks' }, [
      'mqtt',
      'http',
      'onvif',
    ]),
    output: value('file', { 'zh-CN': '草稿文件，默认 draft.yaml', en: 'the file of the draft, else draft.yaml' }),
  },
  examples: [
    'angrid profile learn --device gate-1 --for 10m --output garden-gate.yaml',
    'angrid profile learn --from bodies.txt --topic garden/news',
  ],
  exits: ['notReady', 'notFound'],
  run: async (given, context): Promise<LearnedProfile> => {
    const { device, from, topic, all, output = DEFAULT_FILE } = given;
    if ((device === undefined) === (from === undefined)) throw context.misuse(translate(context.locale, 'source'));
    const name = nameOf(output, context);
    const seconds = spanOf(given.for ?? DEFAULT_SPAN, context);
    const captures =
      device === undefined
        ? await capturesIn(context.path(from ?? ''), topic)
        : await capturesFrom({ device, topic, seconds, all }, context);
    const speaks = device === undefined ? given.protocol : await protocolOfDevice(device, context);
    const protocol = speaks === 'http' || speaks === 'onvif' ? speaks : 'mqtt';
    const { yaml, examples, unreadable } = draftProfile(captures, { name, protocol });
    const own = context.settings().profiles;
    const catalogue = await loadProfiles([builtInProfiles, ...(own === undefined ? [] : [context.path(own)])]);
    const fits = fitsOf(catalogue.values(), captures);
    await write(output, yaml, context);
    return { file: output, captured: captures.length, examples, unreadable, fits };
  },
  show: learnedText,
});

const FILE_NAME = /^([a-z0-9][a-z0-9-]{0,63})\.yaml$/;

function nameOf(file: string, context: Context): string {
  const [, name] = FILE_NAME.exec(basename(file)) ?? [];
  if (name === undefined) throw context.misuse(translate(context.locale, 'name', { file }));
  if (existsSync(context.path(file))) throw context.misuse(translate(context.locale, 'exists', { file }));
  return name;
}

async function protocolOfDevice(device: string, context: Context): Promise<string> {
  const gateway = context.gateway();
  const { profile } = await deviceOf(device, gateway);
  return protocolOf(profile, gateway);
}

/** It may hold what the rules did not recognise: only its owner reads it. */
async function write(file: string, text: string, context: Context): Promise<void> {
  try {
    await writeFile(context.path(file), text, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    throw context.misuse(translate(context.locale, 'unwritten', { file, why: String(cause) }), file);
  }
}

function learnedText({ file, captured, examples, unreadable, fits }: LearnedProfile, { locale, paint }: View): string {
  const fitting = fits.map(({ vendor, profile, fits: count, of }) =>
    paint('green', translate(locale, 'fits', { profile: `${vendor}/${profile}`, fits: count, of })),
  );
  return [
    ...fitting,
    ...(fitting.length > 0 ? [translate(locale, 'first'), ''] : []),
    translate(locale, 'written', { file, examples, captured }),
    ...(unreadable > 0 ? [translate(locale, 'unreadable', { count: unreadable })] : []),
    paint('dim', translate(locale, 'next', { file })),
  ].join('\n');
}
