import { AnGridError } from '@angrid/contract';
import { type LintFinding, lintProfile, parseProfile } from '@angrid/device-profiles';
import { catalogue } from '@angrid/runtime';
import { command, optionalArgument } from '../command.js';
import { type ProfileFile, profileFiles } from '../profile-files.js';

const { translate } = catalogue({
  en: { error: 'error', advice: 'advice', clean: '{files} profiles, nothing to say.' },
  'zh-CN': { error: '错误', advice: '建议', clean: '{files} 个配置文件，没有问题。' },
});

export interface Linted {
  readonly ok: boolean;
  readonly files: number;
  readonly findings: readonly {
    readonly file: string;
    readonly level: LintFinding['level'];
    readonly path: string;
    readonly says: string;
  }[];
}

export const profileLint = command({
  name: 'profile lint',
  about: { 'zh-CN': '检查设备配置文件的写法', en: 'Check how device profiles are written' },
  notes: {
    'zh-CN': '错误使文件无法加载；建议是进入目录前应满足的要求。示例由 profile test 运行',
    en: 'An error keeps a profile from being loaded; advice is what the catalogue asks for. Examples are run by profile test.',
  },
  arguments: {
    path: optionalArgument({
      'zh-CN': '文件、文件夹或配置文件名，默认为网关加载的全部',
      en: 'a file, a folder or the name of a profile, else all that the gateway loads',
    }),
  },
  examples: ['angrid profile lint', 'angrid profile lint ./my-panel.yaml'],
  run: async ({ path }, context): Promise<Linted> => {
    const files = await profileFiles(path, context);
    const findings = files.flatMap((file) => lintFile(file, context.locale));
    return { ok: findings.every(({ level }) => level === 'advice'), files: files.length, findings };
  },
  show: ({ findings, files }, { locale, paint }) => {
    if (findings.length === 0) return paint('green', translate(locale, 'clean', { files }));
    return findings
      .map(({ file, level, path, says }) => {
        const mark = paint(level === 'error' ? 'red' : 'yellow', translate(locale, level));
        return `${mark}  ${file}  ${path}\n    ${says}`;
      })
      .join('\n');
  },
  exit: ({ ok }) => (ok ? 'done' : 'misuse'),
});

function lintFile({ file, text }: ProfileFile, locale: 'zh-CN' | 'en'): Linted['findings'][number][] {
  try {
    return lintProfile(parseProfile(text, file)).map(({ level, path, text: says }) => ({
      file,
      level,
      path,
      says: says[locale],
    }));
  } catch (error) {
    if (!(error instanceof AnGridError)) throw error;
    const mistakes = (error.detail ?? error.message).split('; ');
    return mistakes.map((says) => ({ file, level: 'error', path: '', says }));
  }
}
