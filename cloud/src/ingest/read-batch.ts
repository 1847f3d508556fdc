import { Buffer } from 'node:buffer';
import type { KeyObject } from 'node:crypto';
import {
  AnGridError,
  type BatchHeader,
  batchHeaderSchema,
  batchLimits,
  batchPreimage,
  type ErrorCode,
  type EvidenceData,
  evidencePreimage,
  type Item,
  itemSchema,
} from '@angrid/contract';
import { nextLink, verifyText } from '@angrid/contract/signing';

export interface Refused {
  readonly id: string;
  readonly code: ErrorCode;
  readonly detail: string;
}

/** A batch whose bounds, signature and hash chain hold. Items that break the contract are told apart, each by id. */
export interface ReadBatch {
  readonly header: BatchHeader;
  readonly items: readonly Item[];
  readonly refused: readonly Refused[];
  /** The link of the chain after this number; undefined where the batch does not reach to it. */
  readonly linkAt: (sequence: number) => string | undefined;
}

export interface Sender {
  readonly gateway: string;
  readonly publicKey: KeyObject;
}

const NEWLINE = 0x0a;

/** Throws input.too-large, contract.violation, gateway.bad-signature or contract.chain-broken for the batch as a whole. */
export function readBatch(bytes: Buffer, sender: Sender): ReadBatch {
  if (bytes.length > batchLimits.bytes) throw new AnGridError('input.too-large', { op: 'ingest.read' });
  const [first, ...lines] = splitLines(bytes);
  const header = readHeader(first);
  const links = verifyHeader(header, sender, lines);
  const items: Item[] = [];
  const refused: Refused[] = [];
  for (const line of lines) {
    const read = readItem(line, header, sender);
    if ('detail' in read) refused.push(read);
    else items.push(read);
  }
  return { header, items, refused, linkAt: (sequence) => links[sequence - header.from + 1] };
}

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, from);
    const to = end === -1 ? bytes.length : end;
    if (to > from) lines.push(bytes.subarray(from, to));
    from = to + 1;
    if (lines.length > batchLimits.lines + 1) throw violation('too many lines');
  }
  return lines;
}

function readHeader(line: Buffer | undefined): BatchHeader {
  if (!line || line.length > batchLimits.lineBytes) throw violation('no header line');
  const parsed = batchHeaderSchema.safeParse(parsedJson(line));
  if (parsed.success) return parsed.data;
  throw violation(`header: ${parsed.error.issues[0]?.message ?? 'invalid'}`);
}

/** The links of the chain, from the one before the first line on. */
function verifyHeader(
  header: BatchHeader,
  { gateway, publicKey }: Sender,
  lines: readonly Buffer[],
): readonly string[] {
  if (header.gateway !== gateway) throw violation('the header names another gateway');
  if (!verifyText(batchPreimage(header), header.signature, publicKey)) {
    throw new AnGridError('gateway.bad-signature', { op: 'ingest.read', subject: gateway });
  }
  if (header.count !== lines.length || header.to - header.from + 1 !== lines.length) {
    throw violation('the number of lines is not the one that the header signs');
  }
  const links = [header.prev];
  for (const line of lines) links.push(nextLink(links.at(-1) ?? header.prev, line));
  if (links.at(-1) === header.head) return links;
  throw new AnGridError('contract.chain-broken', { op: 'ingest.read', subject: gateway });
}

function readItem(line: Buffer, header: BatchHeader, { publicKey }: Sender): Item | Refused {
  const value = line.length > batchLimits.lineBytes ? undefined : parsedJson(line);
  const parsed = itemSchema.safeParse(value);
  if (!parsed.success) return refuse(value, faultOf(parsed.error.issues[0]));
  const item = parsed.data;
  const belongs = item.source === `angrid://${header.gateway}` && item.bootepoch === header.epoch;
  if (!belongs || item.lane !== header.lane) return refuse(value, 'it belongs to another gateway, epoch or lane');
  if (item.sequence < header.from || item.sequence > header.to)
    return refuse(value, 'its sequence is not in the batch');
  if (!isStorable(line, item)) return refuse(value, 'a text holds what no database stores');
  if (item.type === 'cn.angrid.evidence.v1' && !isSigned(item.data, header.gateway, publicKey)) {
    return { ...refuse(value, 'the signature of the evidence is wrong'), code: 'gateway.bad-signature' };
  }
  return item;
}

/** NUL and half surrogate pairs are JSON, but no text; both can only stand there escaped. */
function isStorable(line: Buffer, item: Item): boolean {
  return !line.includes('\\u') || !/(?<!\\)(\\\\)*\\u(0000|d[89a-f])/i.test(JSON.stringify(item));
}

function isSigned(data: EvidenceData, gateway: string, publicKey: KeyObject): boolean {
  return verifyText(evidencePreimage(gateway, data), data.signature, publicKey);
}

function faultOf(issue: { path: PropertyKey[]; message: string } | undefined): string {
  return issue ? `${issue.path.join('.') || 'item'}: ${issue.message}`.slice(0, 300) : 'invalid';
}

function refuse(value: unknown, detail: string): Refused {
  const id = typeof value === 'object' && value !== null && 'id' in value ? String(value.id).slice(0, 128) : 'unknown';
  return { id, code: 'contract.violation', detail };
}

function parsedJson(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    return undefined;
  }
}

function violation(detail: string): AnGridError {
  return new AnGridError('contract.violation', { op: 'ingest.read', detail });
}
