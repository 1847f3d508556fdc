import { AnGridError } from '@angrid/contract';
import { checkProfile, compileProfile, type ExampleResult, runExamples } from '@angrid/device-profiles';
import { catalogue } from '@angrid/runtime';
import { command, optionalArgument } from '../command.js';
import { differences } from '../print/difference.js';
import type { View } from '../print/view.js';
import { type ProfileFile, profileFiles } from '../profile-files.js';

const { translate } = catalogue({
  en: {
    passed: 'passed',
    failed: 'FAILED',
    invalid: 'NOT VALID',
    expected: 'expected  {text}',
    actual: 'came out  {text}',
    nothing: 'nothing',
    total: '{files} profiles, {examples} examples, {failed} failed',
    none: 'there is no .yaml file at {path}',
  },
  'zh-CN': {
    passed: '通过',
    failed: '未通过',
    invalid: '无效',
    expected: '应为  {text}',
    actual: '实际  {text}',
    nothing: '无',
    total: '{files} 个配置文件，{examples} 个示例，{failed} 个未通过',
    none: '{path} 中没有 .yaml 文件',
  },
});

export interface TestedProfile {
  readonly file: string;
  readonly profile?: string;
  readonly passed: boolean;
  readonly examples: readonly ExampleResult[];
  /** Why the file is no profile at all. */
  readonly mistakes: readonly string[];
}

export interface TestedProfiles {
  readonly passed: boolean;
  readonly profiles: readonly TestedProfile[];
}

export const profileTest = command({
  name: 'profile test',
  about: { 'zh-CN': '运行设备配置文件中的全部示例', en: 'Run every example of the device profiles' },
  notes: {
    'zh-CN': '不需要运行网关；可检查自己编写的文件或文件夹。写法由 profile lint 检查',
    en: 'No gateway is needed. It takes a file or a folder of your own. How a profile is written is what profile lint checks.',
  },
  arguments: {
    path: optionalArgument({
      'zh-CN': '文件、文件夹或配置文件名，默认为网关加载的全部',
      en: 'a file, a folder or the name of a profile, else all that the gateway loads',
    }),
  },
  examples: [
    'angrid profile test',
    'angrid profile test face-panel-mqtt',
    'angrid profile test ./my-panel.yaml --json',
  ],
  run: async ({ path }, context): Promise<TestedProfiles> => {
    const files = await profileFiles(path, context);
    if (files.length === 0) throw context.misuse(translate(context.locale, 'none', { path: path ?? '' }));
    const profiles = files.map(testFile);
    return { passed: profiles.every(({ passed }) => passed), profiles };
  },
  show: testedText,
  exit: ({ passed }) => (passed ? 'done' : 'failed'),
});

function testFile({ file, text }: ProfileFile): TestedProfile {
  try {
    const { profile, passed, results } = runExamples(compileProfile(checkProfile(text, file)));
    return { file, profile, passed, examples: results, mistakes: [] };
  } catch (error) {
    if (!(error instanceof AnGridError)) throw error;
    return { file, passed: false, examples: [], mistakes: (error.detail ?? error.message).split('; ') };
  }
}

function testedText({ passed, profiles }: TestedProfiles, view: View): string {
  const { locale, paint } = view;
  const lines: string[] = [];
  for (const { file, profile, examples, mistakes, passed: good } of profiles) {
    const mark = good
      ? paint('green', translate(locale, 'passed'))
      : paint('red', translate(locale, mistakes.length > 0 ? 'invalid' : 'failed'));
    lines.push(`${mark}  ${profile ?? file}`, ...mistakes.map((mistake) => `    ${mistake}`));
    for (const example of examples) if (!example.passed) lines.push(...failureOf(example, view));
  }
  const all = profiles.flatMap(({ examples }) => examples);
  const failed =
    all.filter((example) => !example.passed).length + profiles.filter(({ mistakes }) => mistakes.length > 0).length;
  const total = translate(locale, 'total', { files: profiles.length, examples: all.length, failed });
  return [...lines, '', paint(passed ? 'green' : 'red', total)].join('\n');
}

/** Only what differs, place by place. */
function failureOf({ says, expected, actual }: ExampleResult, { locale, paint }: View): string[] {
  const nothing = translate(locale, 'nothing');
  const places = differences(expected, actual).flatMap((one) => [
    `      ${one.path}`,
    paint('red', `        ${translate(locale, 'expected', { text: one.expected ?? nothing })}`),
    paint('green', `        ${translate(locale, 'actual', { text: one.actual ?? nothing })}`),
  ]);
  return [`    ${says[locale]}`, ...places];
}
