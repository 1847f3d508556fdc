#!/usr/bin/env node
import { SystemClock } from '@angrid/runtime';
import { runCli } from './run-cli.js';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort(new Error('interrupted')));
// `angrid device list | head` closes the pipe early: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const status = await runCli(process.argv.slice(2), {
  environment: process.env,
  folder: process.cwd(),
  output: process.stdout,
  errors: process.stderr,
  input: process.stdin,
  clock: new SystemClock(),
  interrupted: interrupted.signal,
});
process.stdout.write('', () => process.exit(status));
