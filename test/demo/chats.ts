import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { playbooksFolder } from '@angrid/cloud/playbooks/library';
import { SystemClock } from '@angrid/runtime';
import { parse, stringify } from 'yaml';
import { MockIm, sampleRobots } from '../simulators/im/mock-im.js';
import type { ConsoleClient } from '../support/console-client.js';
import { freePort } from '../support/free-port.js';
import { until } from '../support/until.js';

/** By which chats each officer of the demo is told, besides the console. */
const chatsOf: Readonly<Record<string, readonly string[]>> = {
  'handling-officer': ['console', 'feishu'],
  'responsible-officer': ['console', 'wecom', 'dingtalk'],
};

const dutyOf = { wecom: 'responsible-officer', dingtalk: 'responsible-officer', feishu: 'handling-officer' } as const;

export interface Chats {
  readonly im: MockIm;
  /** Where the cloud listens, and what it must be told of all this. */
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** The chats of the demo: robots on this machine, and a playbook that sends the officers' legs there, too. */
export async function openChats(folder: string, wanted: number): Promise<Chats> {
  const im = await MockIm.start({ clock: new SystemClock() });
  const playbooks = join(folder, 'playbooks');
  await mkdir(playbooks, { recursive: true });
  await writeFile(join(playbooks, 'demo.yaml'), await playbookWithChats());
  const port = wanted === 0 ? await freePort() : wanted;
  const environment = {
    ANGRID_CLOUD_CHANNELS_HOSTS: im.host,
    ANGRID_CLOUD_CHANNELS_PUBLIC_URL: `http://127.0.0.1:${port}`,
    ANGRID_CLOUD_GOVERNANCE_FOLDER: playbooks,
    ANGRID_CLOUD_GOVERNANCE_PLAYBOOK: 'demo',
  };
  return { im, port, environment };
}

/** Tells the cloud of each robot, as an administrator would on the page of channels. */
export async function joinChats(administrator: ConsoleClient, im: MockIm): Promise<void> {
  for (const robot of sampleRobots) {
    await administrator.post('/api/channel-targets', {
      channel: robot.kind,
      name: robot.group,
      address: im.addressOf(robot),
      secrets: robot.secret === undefined ? [] : [robot.secret],
      duty: dutyOf[robot.kind],
    });
  }
}

interface Route {
  readonly id: string;
  readonly legs: { role: string; channels?: readonly string[] }[];
}

async function playbookWithChats(): Promise<string> {
  const text = await readFile(join(playbooksFolder, 'jinhua.yaml'), 'utf8');
  const playbook = parse(text) as { id: string; routes: readonly Route[] };
  playbook.id = 'demo';
  for (const leg of playbook.routes.find(({ id }) => id === 'three-pushes')?.legs ?? []) {
    const chats = chatsOf[leg.role];
    if (chats !== undefined) leg.channels = chats;
  }
  return stringify(playbook);
}

export interface Answered {
  /** Chats that show a card of the forced door. */
  readonly chats: readonly string[];
  /** The leg after somebody tapped the link of a card and acknowledged. */
  readonly leg: string;
}

/** Does what an officer does with a telephone: reads the card, taps its link, acknowledges. */
export async function answerByCard(im: MockIm): Promise<Answered> {
  const cards = await until('a card is in each chat', async () => cardsIn(im), 30_000);
  const link = /https?:\/\/[\w.:]+\/m\/[\w-]{43}/.exec(
    JSON.stringify(cards.find(({ kind }) => kind === 'dingtalk')),
  )?.[0];
  if (link === undefined) throw new Error('the card has no link');
  const response = await fetch(link.replace('/m/', '/api/m/'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'acknowledge' }),
  });
  if (!response.ok) throw new Error(`the link answered ${response.status}`);
  const { leg } = (await response.json()) as { leg: { state: string } };
  return { chats: [...new Set(cards.map(({ kind }) => kind))].sort(), leg: leg.state };
}

function cardsIn({ messages }: MockIm) {
  const cards = messages.filter((message) => JSON.stringify(message).includes('强行'));
  return new Set(cards.map(({ kind }) => kind)).size === sampleRobots.length ? cards : undefined;
}
