import type { Outcome, Receipt } from '../channel.js';
import { type Posted, unheard } from '../post.js';

/**
 * What an error code means for the push.
 * busy: later, after `pauseMs`. setup: an administrator can cure it (signature, keyword, IP list), so that it is tried
 * again. content: this message will never do. gone: the robot or its group is no more.
 */
export type Meaning = { readonly is: 'busy'; readonly pauseMs: number } | { readonly is: 'setup' | 'content' | 'gone' };

export type CodeTable = Readonly<Record<number, Meaning>>;

const busy = (pauseMs: number): Meaning => ({ is: 'busy', pauseMs });
const setup: Meaning = { is: 'setup' };
const content: Meaning = { is: 'content' };
const gone: Meaning = { is: 'gone' };

export const wecomCodes: CodeTable = {
  [-1]: busy(5000),
  45009: busy(60_000),
  45033: busy(5000),
  40008: content,
  40035: content,
  40058: content,
  44004: content,
  45002: content,
  93000: gone,
  93008: gone,
};

/** A robot that spoke too fast hears nothing for ten minutes. */
const DINGTALK_BLOCK_MS = 600_000;
export const dingtalkCodes: CodeTable = {
  [-1]: busy(5000),
  130101: busy(DINGTALK_BLOCK_MS),
  410100: busy(DINGTALK_BLOCK_MS),
  310000: setup,
  40035: content,
  400105: content,
  430101: content,
  430102: content,
  430103: content,
  430104: content,
  300001: gone,
  400013: gone,
  400101: gone,
  400102: gone,
  400106: gone,
};

export const feishuCodes: CodeTable = {
  9499: content,
  11232: busy(60_000),
  19001: gone,
  19002: content,
  19007: gone,
  19021: setup,
  19022: setup,
  19024: setup,
};

/** HTTP 200 is no success: the code in the body says what became of the message. */
export function outcomeOf(posted: Posted, table: CodeTable, at: Date): Outcome {
  if ('unreached' in posted) return unheard(posted.unreached);
  const { receipt } = posted;
  const code = receipt.status === 200 ? codeIn(receipt.text) : undefined;
  if (code === undefined) return unheard(`HTTP ${receipt.status} without a code`, receipt);
  if (code === 0) return { state: 'delivered', receipt };
  return meant(table[code] ?? setup, `code ${code}`, { receipt, at });
}

function meant(
  meaning: Meaning,
  reason: string,
  { receipt, at }: { readonly receipt: Receipt; readonly at: Date },
): Outcome {
  switch (meaning.is) {
    case 'busy':
      return {
        ...{ state: 'refused', retry: 'later', reason, receipt },
        notBefore: new Date(at.getTime() + meaning.pauseMs),
      };
    case 'setup':
      return { state: 'refused', retry: 'later', reason, receipt };
    case 'content':
      return { state: 'refused', retry: 'never', reason, receipt };
    case 'gone':
      return { state: 'gone', reason, receipt };
  }
}

/** `errcode` of WeCom and DingTalk, `code` or the older `StatusCode` of Feishu. */
function codeIn(text: string): number | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof body !== 'object' || body === null) return undefined;
  const found: unknown = Object.entries(body).find(([name]) => ['errcode', 'code', 'StatusCode'].includes(name))?.[1];
  return typeof found === 'number' && Number.isInteger(found) ? found : undefined;
}
