import { appendFile, mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { answerByCard } from './chats.js';
import { firstAlert, firstIncident } from './first-incident.js';
import { raiseSite, type Site } from './site.js';
import { raiseStage, type Stage } from './stage.js';
import { play } from './story.js';

const { values: options } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    folder: { type: 'string', default: fileURLToPath(new URL('../../../.demo', import.meta.url)) },
  },
});
const say = (text: string): void => void (options.json ? process.stderr : process.stdout).write(`${text}\n`);
const sinceStart = (): number => Math.round(performance.now());
const PREFERRED_PORT = 8080;

async function main(): Promise<void> {
  const folder = options.folder;
  await clear(folder);
  const onLine = (program: string, line: string): void => {
    appendFile(join(folder, `${program}.log`), `${line}\n`).catch(() => undefined);
  };
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  let stage: Stage | undefined;
  let site: Site | undefined;
  try {
    say('启动云端… starting the cloud');
    stage = await raiseStage({ folder, port: await portOr(PREFERRED_PORT), onLine });
    say('启动网关、面板和摄像机… starting gateway, panels and cameras');
    site = await raiseSite({ folder, cloud: stage.httpsUrl, code: stage.enrolmentCode, onLine });
    const readyMs = sinceStart();
    announce(stage, folder);
    const story = play(site, {
      repeat: !options.once,
      tell: (says) => say(`  ${clock()}  ${says}`),
      signal: stopping.signal,
    });
    if (options.once) await once(stage, { folder, readyMs, stopping });
    await story;
  } finally {
    say('停止… stopping');
    await site?.stop();
    await stage?.stop();
  }
}

async function once(
  { police, im }: Stage,
  {
    folder,
    readyMs,
    stopping,
  }: { readonly folder: string; readonly readyMs: number; readonly stopping: AbortController },
): Promise<void> {
  await firstAlert(police);
  const firstAlertMs = sinceStart();
  const incident = await firstIncident(police, join(folder, 'evidence'));
  const card = await answerByCard(im);
  stopping.abort();
  const told = { ready_ms: readyMs, first_alert_ms: firstAlertMs, incident, card };
  process.stdout.write(`${options.json ? JSON.stringify(told) : JSON.stringify(told, null, 2)}\n`);
}

function announce({ url, im, logins }: Stage, folder: string): void {
  say(`\n  控制台 console   ${url}`);
  say(`  聊天卡片 chats    ${im.url}`);
  for (const { login, password, label } of logins) say(`  ${login.padEnd(10)} ${password.padEnd(14)} ${label}`);
  say(`  日志 logs        ${folder}/*.log\n  Ctrl-C 停止 stops everything\n`);
}

/** Keeps the generated video of the cameras from one run to the next, and nothing else. */
async function clear(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of ['cloud', 'playbooks', 'gateway', 'evidence', 'ring', 'cloud.log', 'gateway.log']) {
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

function portOr(preferred: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(preferred, '127.0.0.1', () => probe.close(() => resolve(preferred)));
  });
}

function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    say(`演示失败 the demo failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
