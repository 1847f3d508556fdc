import type { Outcome, Receipt } from './channel.js';

const ANSWER_WITHIN_MS = 15_000;
const RECEIPT_BYTES = 4000;
const RECEIPT_CHARS = 1000;

export interface Posting {
  readonly url: URL;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Posted = { readonly receipt: Receipt } | { readonly unreached: string };

/** Posts JSON. Follows no redirect; reads no more of the answer than a receipt; never throws for the other side. */
export async function post({ url, body, headers }: Posting): Promise<Posted> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'AnGrid', ...headers },
    });
    return { receipt: { status: response.status, text: await beginning(response) } };
  } catch (error) {
    return { unreached: reasonOf(error) };
  }
}

/** Nobody answered, or with a status that says nothing of the message. */
export function unheard(reason: string, receipt?: Receipt): Outcome {
  return { state: 'refused', retry: 'later', reason, ...(receipt === undefined ? {} : { receipt }) };
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

/** The words of the error and of its cause. They name a host, never a path or a query, where a robot's key stands. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unreachable';
  const { cause } = error;
  return (cause instanceof Error ? `${error.message}: ${cause.message}` : error.message).slice(0, 300);
}
