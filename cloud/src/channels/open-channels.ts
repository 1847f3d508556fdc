import { readFile } from 'node:fs/promises';
import type { Clock, Log } from '@angrid/runtime';
import type { CloudSettings } from '../config/settings.js';
import type { CloudDatabase } from '../database.js';
import { TargetCourier } from './courier.js';
import { emailChannel, type MailServer } from './email.js';
import { dingtalkChannel } from './robots/dingtalk.js';
import { feishuChannel } from './robots/feishu.js';
import { wecomChannel } from './robots/wecom.js';
import { openSealingBox } from './sealing.js';
import type { TargetKeeping } from './targets.js';
import { webhookChannel } from './webhook.js';

export interface ChannelsOptions {
  readonly db: CloudDatabase;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: CloudSettings;
}

/** All ways out of the house, and the keeping of their targets. */
export interface Channels {
  readonly courier: TargetCourier;
  readonly keeping: TargetKeeping;
}

/** Makes the sealing key at the first start. */
export async function openChannels({ db, clock, log, settings }: ChannelsOptions): Promise<Channels> {
  const { key, hosts, publicUrl, linkLife } = settings.channels;
  const box = await openSealingBox(key, settings.data);
  const channels = {
    wecom: wecomChannel,
    dingtalk: dingtalkChannel,
    feishu: feishuChannel,
    webhook: webhookChannel,
    email: emailChannel(await mailServerOf(settings.mail)),
  };
  const links = publicUrl && { publicUrl, lifeMs: linkLife };
  return { courier: new TargetCourier({ db, clock, log, box, channels, links }), keeping: { db, box, hosts } };
}

async function mailServerOf({
  server,
  from,
  user,
  password,
  authority,
}: CloudSettings['mail']): Promise<MailServer | undefined> {
  if (server === undefined || from === undefined) return undefined;
  const pem = authority === undefined ? undefined : await readFile(authority, 'utf8');
  return { url: server, from, user, password, authority: pem };
}
