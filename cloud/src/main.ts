import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AnGridError, definitionOf, type Locale } from '@angrid/contract';
import { localeOf } from '@angrid/runtime';
import { runCommand } from './commands.js';

/** `node main.js [serve | backup | restore | link | config]`: see commands.ts. */
export async function main(words: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  try {
    await runCommand(words, environment);
    return 0;
  } catch (error) {
    process.stderr.write(`${sentence(error, localeOf(environment))}\n`);
    return error instanceof AnGridError ? (definitionOf(error.code).exit ?? 1) : 1;
  }
}

function sentence(error: unknown, locale: Locale): string {
  if (!(error instanceof AnGridError)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  const detail = error.detail === undefined ? '' : `\n${error.detail}`;
  return `${error.code}: ${error.title(locale)}${detail}\n→ ${error.hint(locale)}`;
}

/** Also where it is started through a symbolic link. */
const started = process.argv[1];
if (started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url))
  process.exitCode = await main(process.argv.slice(2), process.env);
