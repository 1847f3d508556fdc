import { AnGridError } from '@angrid/contract';
import type { Secret } from '@angrid/runtime';
import { Webhook } from 'standardwebhooks';

export interface WebhookTarget {
  readonly url: URL;
  /** `whsec_…` */
  readonly secret: Secret;
}

export interface WebhookMessage {
  /** The same at each attempt: the receiver knows a repeated one by it. */
  readonly id: string;
  readonly at: Date;
  readonly body: unknown;
}

/** What the receiver said. */
export interface Receipt {
  readonly status: number;
  /** At most the first 1000 characters. */
  readonly text: string;
}

export type WebhookOutcome =
  | { readonly state: 'received'; readonly receipt: Receipt }
  | { readonly state: 'refused'; readonly receipt?: Receipt; readonly reason: string }
  /** 410: the receiver wants no more. */
  | { readonly state: 'gone'; readonly receipt: Receipt };

const ANSWER_WITHIN_MS = 15_000;
const RECEIPT_BYTES = 4000;
const RECEIPT_CHARS = 1000;

/** Posts one message as Standard Webhooks sign it. Follows no redirect; reads no more of the answer than a receipt. */
export async function postWebhook({ url, secret }: WebhookTarget, message: WebhookMessage): Promise<WebhookOutcome> {
  const body = JSON.stringify(message.body);
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'AnGrid',
        'webhook-id': message.id,
        'webhook-timestamp': String(Math.floor(message.at.getTime() / 1000)),
        'webhook-signature': signerOf(secret).sign(message.id, message.at, body),
      },
    });
    const receipt = { status: response.status, text: await beginning(response) };
    if (response.status >= 200 && response.status < 300) return { state: 'received', receipt };
    if (response.status === 410) return { state: 'gone', receipt };
    return { state: 'refused', receipt, reason: `HTTP ${response.status}` };
  } catch (error) {
    if (error instanceof AnGridError) throw error;
    return { state: 'refused', reason: reasonOf(error) };
  }
}

/** Throws config.invalid-value where the secret is no signing secret. */
export function signerOf(secret: Secret): Webhook {
  try {
    return new Webhook(secret.reveal());
  } catch {
    throw new AnGridError('config.invalid-value', { op: 'webhook.sign', subject: 'fourPlatforms.secret' });
  }
}

async function beginning(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const parts: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < RECEIPT_BYTES) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    bytes += value.length;
  }
  await reader.cancel().catch(() => undefined);
  return Buffer.concat(parts).toString('utf8').slice(0, RECEIPT_CHARS);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return (cause instanceof Error ? `${error.message}: ${cause.message}` : error.message).slice(0, 300);
}
