import { CommanderError } from 'commander';
import { Context } from './context.js';
import { exitCodes } from './exit-codes.js';
import { failureOf, failureText } from './failure.js';
import { Interrupted } from './interrupted.js';
import { misuseOf } from './misuse.js';
import { jsonLine, painted } from './print/printable.js';
import { viewOf } from './print/view.js';
import { buildProgram, type Started } from './program.js';
import type { World } from './world.js';

/** Runs one command line and gives the exit status. What went wrong has been printed by then. */
export async function runCli(argv: readonly string[], world: World): Promise<number> {
  const anonymous = new Context(world, undefined);
  let status: number = exitCodes.done.status;
  const program = buildProgram({
    locale: anonymous.locale,
    output: world.output,
    errors: world.errors,
    onStart: async (started) => {
      status = await runCommand(started, world);
    },
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return status;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.done.status;
    // A group without a command: its help has been shown.
    if (error.code === 'commander.help') return exitCodes.misuse.status;
    return fail(misuseOf(error, anonymous.locale), anonymous, argv.includes('--json'));
  }
}

async function runCommand({ command, input, json, config }: Started, world: World): Promise<number> {
  const context = new Context(world, config);
  try {
    if ('follow' in command) {
      for await (const value of command.follow(input as never, context)) {
        print(world, json ? jsonLine(value) : command.show(value, context.view));
      }
      return exitCodes[world.interrupted.aborted ? 'interrupted' : 'done'].status;
    }
    const value = await command.run(input as never, context);
    context.progress.end();
    print(world, json ? jsonLine(value) : command.show(value, context.view));
    return exitCodes[command.exit?.(value) ?? 'done'].status;
  } catch (error) {
    context.progress.end();
    if (world.interrupted.aborted || error instanceof Interrupted) return exitCodes.interrupted.status;
    return fail(error, context, json);
  }
}

function fail(error: unknown, context: Context, json: boolean): number {
  const { world, locale, redactor } = context;
  const failure = failureOf(error, locale, redactor);
  if (json) print(world, jsonLine({ error: failure }));
  else world.errors.write(`${painted(failureText(failure, viewOf(locale, world.errors, world.environment)))}\n`);
  return failure.exit;
}

function print(world: World, text: string): void {
  if (text !== '') world.output.write(`${painted(text)}\n`);
}
