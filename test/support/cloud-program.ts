import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ConsoleClient } from './console-client.js';
import { type LogLine, Program, programs } from './program.js';

export interface CloudProgramOptions {
  readonly folder: string;
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
  onLine?(line: string): void;
}

/** A cloud as a process of its own, with its first administrator signed in. */
export interface CloudProgram {
  readonly program: Program;
  readonly data: string;
  /** Plain HTTP on this machine. */
  readonly url: string;
  readonly httpsUrl: string;
  readonly administrator: ConsoleClient;
  readonly password: string;
}

export interface FirstAccount {
  readonly login: string;
  readonly label: string;
}

export async function startCloudProgram(options: CloudProgramOptions, first: FirstAccount): Promise<CloudProgram> {
  const { folder, port = 0, environment, onLine } = options;
  const data = join(folder, 'cloud');
  const program = Program.start(programs.cloud, [], {
    environment: {
      ANGRID_CLOUD_DATA: data,
      ANGRID_CLOUD_LISTEN_HTTPS: '127.0.0.1:0',
      ANGRID_CLOUD_LISTEN_LOCAL: `127.0.0.1:${port}`,
      ...environment,
    },
    ...(onLine && { onLine }),
  });
  const ready = await program.line(({ msg }) => msg === 'the cloud is ready');
  const url = textOf(ready, 'localUrl');
  const administrator = new ConsoleClient(url);
  const link = await program.line(({ text }) => typeof text === 'string' && text.includes('/setup#'));
  const password = newPassword();
  await administrator.setUp(setupLinkIn(textOf(link, 'text')), password, { ...first });
  return { program, data, url, httpsUrl: textOf(ready, 'url'), administrator, password };
}

export function newPassword(): string {
  return randomBytes(9).toString('base64url');
}

export function setupLinkIn(text: string): string {
  return /\/setup#(\S+)/.exec(text)?.[1] ?? text;
}

function textOf(line: LogLine, key: string): string {
  const value = line[key];
  if (typeof value !== 'string') throw new Error(`the program did not say ${key}: ${JSON.stringify(line)}`);
  return value;
}
