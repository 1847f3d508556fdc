import { AnGridError } from '@angrid/contract';
import type { Secret } from '@angrid/runtime';
import { Webhook } from 'standardwebhooks';
import type { Card, Channel, Outcome, Target } from './channel.js';
import { post, unheard } from './post.js';

export const webhookChannel: Channel = {
  kind: 'webhook',
  send([{ push }]: readonly [Card, ...Card[]], { address, secrets }: Target, at: Date): Promise<Outcome> {
    const { key: id, message } = push;
    const { openedAt: timestamp, confirmedBy } = message;
    const type = confirmedBy === null ? 'incident.opened' : 'incident.confirmed';
    const content = { type, timestamp, data: message };
    return sendWebhook({ id, content }, { url: new URL(address.reveal()), secrets }, at);
  },
};

export interface WebhookMessage {
  /** The same at each attempt. */
  readonly id: string;
  readonly content: { readonly type: string; readonly timestamp: Date; readonly data: object };
}

export interface WebhookReceiver {
  readonly url: URL;
  readonly secrets: readonly Secret[];
}

/** One message as Standard Webhooks sign it. While a secret is changed, each of them signs. */
export async function sendWebhook(
  { id, content }: WebhookMessage,
  { url, secrets }: WebhookReceiver,
  at: Date,
): Promise<Outcome> {
  const body = JSON.stringify(content);
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => signerOf(secret).sign(id, at, body)).join(' '),
  };
  return outcomeOf(await post({ url, body, headers }));
}

function outcomeOf(posted: Awaited<ReturnType<typeof post>>): Outcome {
  if ('unreached' in posted) return unheard(posted.unreached);
  const { receipt } = posted;
  const { status } = receipt;
  if (status >= 200 && status < 300) return { state: 'delivered', receipt };
  if (status === 410) return { state: 'gone', reason: 'HTTP 410', receipt };
  return unheard(`HTTP ${status}`, receipt);
}

/** Throws config.invalid-value where the secret is no signing secret. */
export function signerOf(secret: Secret): Webhook {
  try {
    return new Webhook(secret.reveal());
  } catch {
    throw new AnGridError('config.invalid-value', { op: 'webhook.sign', subject: 'secret' });
  }
}
