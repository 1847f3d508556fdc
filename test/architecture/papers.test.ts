import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandTree } from '@angrid/gateway/cli/commands/index';
import { describe, expect, it, test } from '@jest/globals';
import { filesBelow, readRoot } from './sources.js';

const PAPERS = ['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', 'DECISIONS.md', 'SECURITY.md', 'CHANGELOG.md'];
const { scripts } = JSON.parse(readRoot('package.json')) as { scripts: Record<string, string> };
const commands = commandTree();

const root = fileURLToPath(new URL('../../', import.meta.url));

describe.each(PAPERS)('%s', (paper) => {
  const text = readRoot(paper);

  it('names only npm scripts that exist', () => {
    const named = [...text.matchAll(/npm run ([a-z:-]+)/g)].map(([, script = '']) => script);
    expect(named.filter((script) => scripts[script] === undefined)).toEqual([]);
  });

  it('types only commands of the gateway that exist, with options that they take', () => {
    expect(typedIn(text).flatMap(mistakesOf)).toEqual([]);
  });

  it('names only files and folders that are there', () => {
    const named = [...text.matchAll(/`((?:cloud|deploy|device-profiles|gateway|test)\/[\w./-]+)`/g)].map(
      ([, path = '']) => path,
    );
    expect(named.filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
  });
});

test.each(filesBelow('.').filter((path) => path.endsWith('.md')))('%s links only to what is there', (paper) => {
  const links = [...readRoot(paper).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
  const local = links.filter((target) => !/^[a-z]+:/.test(target));
  expect(local.filter((target) => !existsSync(join(root, dirname(paper), target)))).toEqual([]);
});

describe('the README in Chinese', () => {
  it('types the same commands as the one in English', () => {
    const plain = (line: string) => line.replace(/"[^"]*"/g, '…').replace(/(--code \S+)\.\S+/, '$1');
    const [english, chinese] = ['README.md', 'README.zh-CN.md'].map((name) => typedIn(readRoot(name)).map(plain));
    expect(chinese).toEqual(english);
    expect(chinese?.length).toBeGreaterThan(4);
  });
});

describe('the help of the gateway', () => {
  it('shows only examples that the command takes', () => {
    const examples = commands.flatMap((command) => command.examples);
    expect(examples.flatMap((line) => mistakesOf(line.replace(/^.*?\bangrid /, '')))).toEqual([]);
  });
});

function typedIn(text: string): string[] {
  return [...text.matchAll(/npm run angrid -- ([^\n`]+)/g)].map(([, line = '']) => line);
}

/** What is wrong with a command line as it stands in a paper. */
function mistakesOf(line: string): string[] {
  const [typed = ''] = line.split(/\s[|>]\s|\)$/);
  const command = commands.find(({ name }) => typed === name || typed.startsWith(`${name} `));
  if (command === undefined) return [`no such command: ${line}`];
  const flags = new Set(command.options.map(({ flag }) => flag));
  const given = [...typed.matchAll(/(?<=\s)--[a-z-]+/g)].map(([flag]) => flag);
  const needed = command.options.filter(({ required, flag }) => required && !given.includes(flag));
  return [
    ...given.filter((flag) => !flags.has(flag)).map((flag) => `${flag} is unknown: ${line}`),
    ...needed.map(({ flag }) => `${flag} is missing: ${line}`),
  ];
}
