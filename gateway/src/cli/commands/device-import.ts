import { AnGridError, type SiteConfig } from '@angrid/contract';
import { catalogue, type Secret, secret } from '@angrid/runtime';
import type { CredentialRow, DeviceRow, ProfileRow } from '../../control/answers.js';
import { argument, command, flag } from '../command.js';
import type { Context } from '../context.js';
import { failureOf } from '../failure.js';
import type { GatewayClient } from '../gateway-client.js';
import { applyPlan, type RowOutcome } from '../import/apply.js';
import { CredentialsFile } from '../import/credentials.js';
import type { Imported, ImportedRow } from '../import/imported.js';
import { readSheetRows } from '../import/read-sheet.js';
import { Journal } from '../import/journal.js';
import { type PlannedRow, planImport, type Present } from '../import/plan.js';
import { problemWords } from '../import/problem.js';
import { importText } from '../import/report.js';

const { translate } = catalogue({
  en: {
    one: 'give one of --plan, --apply and --resume',
    unfinished: 'an earlier import of {file} did not come to its end; --resume goes on with it',
    nothing: 'there is no unfinished import of {file}',
    row: '{done}/{total}  {id}',
  },
  'zh-CN': {
    one: '--plan、--apply、--resume 只能给出一个',
    unfinished: '{file} 的上一次导入尚未完成；用 --resume 继续',
    nothing: '{file} 没有未完成的导入',
    row: '{done}/{total}  {id}',
  },
});

export const deviceImport = command({
  name: 'device import',
  about: { 'zh-CN': '从 Excel 或 CSV 批量添加设备', en: 'Pair many devices from an Excel or CSV sheet' },
  notes: {
    'zh-CN':
      '第一行为列名（中英文均可）：编号 id、类型 kind、名称 name、配置文件 profile、地址 address、序列号或 MAC serial、用户名 user、密码文件 password_file、厂商编号 vendor_id、位置 place、摄像机 cameras、时区 timezone。只有编号和配置文件必填。摄像机可用序列号代替地址，不给出用户名和密码时使用凭据表。默认只显示计划；有错误的行不影响其他行。新面板的密码写入 <文件>.credentials.csv（权限 0600）',
    en: 'The first line names the columns, in Chinese or English: id, kind, name, profile, address, serial, user, password_file, vendor_id, place, cameras, timezone; only id and profile are needed. A camera may be given by serial number or MAC instead of its address, and without a login where the credential list has one. Without --apply it only shows the plan. A row with a mistake does not stop the others. The passwords of new panels go to <file>.credentials.csv, mode 0600.',
  },
  arguments: { file: argument({ 'zh-CN': '.xlsx 或 .csv 文件', en: 'an .xlsx or .csv file' }) },
  options: {
    plan: flag({ 'zh-CN': '只显示将要做什么（默认）', en: 'only show what would be done (the default)' }),
    apply: flag({ 'zh-CN': '执行', en: 'do it' }),
    resume: flag({ 'zh-CN': '继续被中断的导入', en: 'go on with an import that was interrupted' }),
  },
  examples: ['angrid device import devices.xlsx', 'angrid device import devices.xlsx --apply'],
  exits: ['notReady', 'conflict', 'interrupted'],
  run: async ({ file: given, plan, apply, resume }, context): Promise<Imported> => {
    if ([plan, apply, resume].filter(Boolean).length > 1) throw context.misuse(translate(context.locale, 'one'));
    const file = context.path(given);
    const rows = await readSheetRows(file, context);
    const gateway = context.gateway();
    const planned = planImport(rows, await presentOf(gateway, context));
    if (!apply && !resume) return imported(planned, { mode: 'plan', context });
    const journal = await Journal.open(`${file}.journal`);
    checkJournal(journal, { file, resume, context });
    return carryOut(planned, { file, journal, gateway, context });
  },
  show: importText,
  exit: ({ ok }) => (ok ? 'done' : 'failed'),
});

async function presentOf(gateway: GatewayClient, context: Context): Promise<Present> {
  const devices = await gateway.get<readonly DeviceRow[]>('/devices');
  const profiles = await gateway.get<readonly ProfileRow[]>('/profiles');
  const { places } = await gateway.get<SiteConfig>('/site');
  const credentials = await gateway.get<readonly CredentialRow[]>('/credentials');
  return {
    devices: new Map(devices.map((device) => [device.id, device])),
    profiles: new Map(profiles.map(({ name, device }) => [name, device])),
    places: new Set(places.map(({ id }) => id)),
    hasCredentials: credentials.length > 0,
    passwordFault: (file) => {
      const read = passwordIn(file, context);
      return 'refusal' in read ? read.refusal.reason[context.locale] : undefined;
    },
  };
}

function passwordIn(file: string, context: Context) {
  return secret().parse(`file:${context.path(file)}`, context.world.environment);
}

interface Going {
  readonly file: string;
  readonly resume: boolean;
  readonly context: Context;
}

function checkJournal({ isUnfinished }: Journal, { file, resume, context }: Going): void {
  if (isUnfinished && !resume) {
    const detail = translate(context.locale, 'unfinished', { file });
    throw new AnGridError('subject.conflict', { op: 'device.import', detail });
  }
  if (!isUnfinished && resume) throw context.misuse(translate(context.locale, 'nothing', { file }));
}

interface Work {
  readonly file: string;
  readonly journal: Journal;
  readonly gateway: GatewayClient;
  readonly context: Context;
}

async function carryOut(planned: readonly PlannedRow[], { file, journal, gateway, context }: Work): Promise<Imported> {
  const { locale, progress, world, redactor } = context;
  const credentials = new CredentialsFile(`${file}.credentials.csv`);
  const total = planned.filter(({ action }) => action !== 'refused').length;
  let done = 0;
  const outcomes = await applyPlan(planned, {
    gateway,
    journal,
    credentials,
    signal: world.interrupted,
    password: (path): Secret => {
      const read = passwordIn(path, context);
      if ('refusal' in read) throw context.misuse(read.refusal.reason[locale], path);
      redactor.register(read.value);
      return read.value;
    },
    onRow: (id) => progress.tell(translate(locale, 'row', { done: (done += 1), total, id })),
  });
  if ([...outcomes.values()].every((outcome) => outcome.done)) await journal.finish();
  return imported(planned, {
    mode: 'apply',
    context,
    outcomes,
    ...(credentials.written && { credentials: credentials.file }),
  });
}

interface Ending {
  readonly mode: Imported['mode'];
  readonly context: Context;
  readonly outcomes?: ReadonlyMap<string, RowOutcome>;
  readonly credentials?: string;
}

function imported(planned: readonly PlannedRow[], { mode, context, outcomes, credentials }: Ending): Imported {
  const rows = planned.map((row) =>
    rowOf(row, context, row.action === 'refused' ? undefined : outcomes?.get(row.wanted.id)),
  );
  const counts = { add: 0, change: 0, same: 0, refused: 0, failed: 0 };
  for (const { action, result } of rows) {
    counts[result === 'failed' ? 'failed' : action] += 1;
  }
  const ok = counts.refused + counts.failed === 0;
  return { ok, mode, rows, counts, ...(credentials !== undefined && { credentials }) };
}

function rowOf(planned: PlannedRow, { locale, redactor }: Context, outcome: RowOutcome | undefined): ImportedRow {
  const { wanted, action, fields, problems } = planned;
  return {
    row: wanted.row,
    id: wanted.id,
    action,
    fields,
    problems: problems.map((one) => ({ code: one.code, ...problemWords(one, locale) })),
    ...(outcome && { result: outcome.done ? 'done' : 'failed' }),
    ...(outcome?.done === false && { error: failureOf(outcome.error, locale, redactor) }),
  };
}
