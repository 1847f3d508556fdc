import { commandTree } from '@angrid/gateway/cli/commands/index';
import { exitCodes } from '@angrid/gateway/cli/exit-codes';
import { commonOptions, type TreeCommand, type TreeOption } from '@angrid/gateway/cli/tree';

/** Every command of the installer, with what `--help` says of it in both languages. */
export function cliPage(): string {
  const lines = [
    '# Commands of the gateway 网关命令',
    '',
    'Every command also takes 所有命令都可用:',
    '',
    ...table(commonOptions.map(optionRow)),
    'Exit codes 退出码:',
    '',
    ...table(Object.values(exitCodes).map(({ status, about }) => row(String(status), said(about)))),
  ];
  for (const command of commandTree()) lines.push(...sectionOf(command));
  return `${lines.join('\n').trimEnd()}\n`;
}

function sectionOf({ name, about, notes, arguments: taken, options, examples, exits }: TreeCommand): string[] {
  const lines = [`## ${name}`, '', `${about['zh-CN']}  `, about.en, ''];
  if (notes) lines.push(`${notes['zh-CN']}  `, notes.en, '');
  const shared = new Set(commonOptions.map(({ flag }) => flag));
  const rows = taken.map(({ name: word, about: meaning, required, choices }) =>
    row(required ? `<${word}>` : `[${word}]`, said(meaning) + among(choices)),
  );
  for (const option of options) if (!shared.has(option.flag)) rows.push(optionRow(option));
  lines.push(...table(rows), '```sh', ...examples, '```', '');
  lines.push(`Exit 退出码: ${exits.map(({ status }) => status).join(', ')}`, '');
  return lines;
}

function optionRow({ flag, placeholder, about, required, many, choices }: TreeOption): string {
  const value = placeholder === undefined ? '' : ` <${placeholder}${many ? '...' : ''}>`;
  return row(flag + value, `${said(about)}${required ? ' (必填 required)' : ''}${among(choices)}`);
}

function said(about: TreeCommand['about']): string {
  return `${about['zh-CN']} · ${about.en}`;
}

function among(choices: readonly string[]): string {
  return choices.length === 0 ? '' : `: ${choices.map((choice) => `\`${choice}\``).join(', ')}`;
}

function row(term: string, meaning: string): string {
  return `| \`${term}\` | ${meaning.replaceAll('|', '\\|').replaceAll('\n', ' ')} |`;
}

function table(rows: readonly string[]): string[] {
  return rows.length === 0 ? [] : ['| | |', '| --- | --- |', ...rows, ''];
}
