import { AnGridError, type Localized } from '@angrid/contract';
import { diffPlaybooks } from './diff.js';
import { readPlaybook } from './library.js';
import { lintPlaybook } from './lint.js';
import { showPlaybook } from './show.js';

/** `lint FILE`, `diff OLD NEW`, `show FILE`: what it prints. Throws playbook.invalid where the lint finds something. */
export async function runPlaybookCommand(words: readonly string[], locale: keyof Localized): Promise<string> {
  const [command = '', file = '', other = ''] = words;
  switch (command) {
    case 'lint':
      return lint(file);
    case 'diff':
      return diff(file, other);
    case 'show':
      return showPlaybook(await readPlaybook(file), locale);
    default:
      throw new AnGridError('input.invalid', { op: 'cloud.command', subject: `playbook ${command}` });
  }
}

async function lint(file: string): Promise<string> {
  const findings = lintPlaybook(await readPlaybook(file));
  if (findings.length === 0) return 'ok';
  const detail = findings.map((finding) => `\n${finding.at}: ${finding.detail} (${finding.code})`).join('');
  throw new AnGridError('playbook.invalid', { op: 'playbook.lint', subject: file, detail });
}

async function diff(before: string, after: string): Promise<string> {
  const differences = diffPlaybooks(await readPlaybook(before), await readPlaybook(after));
  if (differences.length === 0) return 'no difference';
  return differences
    .map(({ at, before: old, after: young }) => {
      if (old === undefined) return `+ ${at}: ${young ?? ''}`;
      return young === undefined ? `- ${at}: ${old}` : `~ ${at}: ${old} -> ${young}`;
    })
    .join('\n');
}
