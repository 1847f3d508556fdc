import { parseArgs } from 'node:util';
import { AnGridError } from '@angrid/contract';
import {
  createLog,
  loadSettings,
  localeOf,
  type Log,
  Redactor,
  sampleOf,
  secretsIn,
  SystemClock,
} from '@angrid/runtime';
import { accountOfLogin, linkForLogin } from './accounts/links.js';
import { removeSecondFactor } from './accounts/second-factors.js';
import { appendAudit, verifyAuditLog } from './audit/audit-log.js';
import { parseRoot, writtenRoot } from './audit/audit-root.js';
import { backupCloud, restoreCloud } from './backup/backup.js';
import { type CloudSettings, cloudSettings } from './config/settings.js';
import type { CloudDatabase } from './database.js';
import { openOwnDatabase } from './own-database.js';
import { runPlaybookCommand } from './playbooks/playbook-commands.js';

const DEFAULT_FILE = '/etc/angrid/cloud.yaml';

const USAGE = `angrid-cloud [--config FILE] COMMAND

  serve                     run the cloud (the default); SIGTERM or SIGINT ends it
  backup FOLDER             copy database, evidence and certificates into a new folder, while the cloud runs
  restore FOLDER [--replace]  put a backup into an empty cloud (or in place of what is there); the cloud must be stopped
  link LOGIN                print a one-time link that sets the password of an account
  factor remove LOGIN       take the second factor of an account away, whose phone is lost; its sessions end
  playbook lint FILE        say every mistake of a playbook
  playbook diff OLD NEW     say what is different between two versions of a playbook
  playbook show FILE        print a playbook to read: routes, legs, ladders
  audit verify [--root COUNT:HASH]...  read the audit log through and say whether its chain is whole, whether it holds
                            each root that a witness has kept, and what its root is now
  config sample             print a commented configuration file
  config validate           check the configuration and say every mistake`;

const OF_TWO_WORDS = new Set(['config', 'audit', 'factor']);

interface Program {
  readonly settings: CloudSettings;
  readonly clock: SystemClock;
  readonly log: Log;
  readonly redactor: Redactor;
}

/** Runs one command to its end. Throws AnGridError. */
export async function runCommand(words: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const { values, positionals } = argumentsOf(words);
  if (values.help === true) return print(USAGE);
  const [command = 'serve', ...operands] = positionals;
  if (command === 'playbook') return print(await runPlaybookCommand(operands, localeOf(environment)));
  const line = [command, ...operands.slice(0, OF_TWO_WORDS.has(command) ? 1 : 0)].join(' ');
  const program = (): Program => prepare(environment, values.config);
  switch (line) {
    case 'serve':
      return serve(program());
    case 'backup':
      return backup(program(), operand(operands, 'FOLDER'));
    case 'restore':
      return restore(program(), operand(operands, 'FOLDER'), values.replace === true);
    case 'link':
      return link(program(), operand(operands, 'LOGIN'));
    case 'factor remove':
      return removeFactor(program(), operand(operands.slice(1), 'LOGIN'));
    case 'audit verify':
      return verifyAudit(program(), values.root ?? []);
    case 'config sample':
      return print(sampleOf(cloudSettings, localeOf(environment)));
    case 'config validate':
      program();
      return print('ok');
    default:
      throw new AnGridError('input.invalid', { op: 'cloud.command', subject: line, detail: USAGE });
  }
}

const options = {
  config: { type: 'string' },
  replace: { type: 'boolean' },
  root: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const;

function argumentsOf(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], allowPositionals: true, options });
  } catch (cause) {
    throw new AnGridError('input.invalid', { op: 'cloud.command', detail: `${String(cause)}\n${USAGE}`, cause });
  }
}

function prepare(environment: NodeJS.ProcessEnv, file: string | undefined): Program {
  const settings = loadSettings(cloudSettings, { environment, file, defaultFile: DEFAULT_FILE });
  const clock = new SystemClock();
  const redactor = new Redactor();
  redactor.register(...secretsIn(settings));
  return { settings, clock, redactor, log: createLog({ name: 'cloud', level: settings.logLevel, redactor, clock }) };
}

/** The server is loaded here and not with the others, which need none of it. */
async function serve(program: Program): Promise<void> {
  const { log } = program;
  const { startCloud } = await import('./server.js');
  const cloud = await startCloud(program);
  if (cloud.setupLink !== undefined) print(`首次设置 / first set-up: ${cloud.setupLink}`);
  const signal = await new Promise<string>((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => resolve('SIGINT'));
  });
  log.info({ signal }, 'the cloud stops');
  await cloud.stop();
}

async function backup(program: Program, folder: string): Promise<void> {
  await withDatabase(program, (db) =>
    backupCloud({ address: db.address, data: program.settings.data, folder, clock: program.clock }),
  );
  print(folder);
}

async function restore(program: Program, folder: string, replace: boolean): Promise<void> {
  const existing = replace ? 'replace' : 'refuse';
  await withDatabase(program, (db) =>
    restoreCloud({ address: db.address, data: program.settings.data, folder, existing }),
  );
}

async function link(program: Program, login: string): Promise<void> {
  const { names, https } = program.settings.listen;
  const token = await withDatabase(program, (db) => linkForLogin({ db, clock: program.clock }, login));
  print(`https://${names[0] ?? '127.0.0.1'}:${https.port}/setup#${token}`);
}

async function removeFactor(program: Program, login: string): Promise<void> {
  const now = new Date(program.clock.wall());
  await withDatabase(program, async (db) => {
    const subject = await accountOfLogin(db, login);
    const entry = {
      actor: 'command line',
      role: 'none',
      action: 'second-factor.remove',
      auditClass: 'access',
      subject,
    };
    await removeSecondFactor(db, subject, (trx) => appendAudit(trx, entry, now));
  });
  print('ok');
}

async function verifyAudit(program: Program, written: readonly string[]): Promise<void> {
  const roots = written.map(parseRoot);
  const { read, brokenAt, lost } = await withDatabase(program, (db) => verifyAuditLog(db, roots));
  const op = 'audit.verify';
  if (brokenAt !== undefined) throw new AnGridError('audit.chain-broken', { op, subject: String(brokenAt) });
  if (lost === undefined) return print(`ok: ${writtenRoot(read)}`);
  const detail = lost.rows > read.rows ? `only ${read.rows} rows are left` : 'a row up to there is another one';
  throw new AnGridError('audit.root-lost', { op, subject: writtenRoot(lost), detail });
}

async function withDatabase<Result>(program: Program, work: (db: CloudDatabase) => Promise<Result>): Promise<Result> {
  const db = await openOwnDatabase(program);
  return work(db).finally(() => db.close());
}

function operand(operands: readonly string[], name: string): string {
  const [value] = operands;
  if (value !== undefined) return value;
  throw new AnGridError('input.invalid', { op: 'cloud.command', detail: `${name} is missing\n${USAGE}` });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
