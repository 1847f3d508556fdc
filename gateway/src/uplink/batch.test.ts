import { batchHeaderSchema, batchPreimage } from '@angrid/contract';
import { firstLink, nextLink, verifyText } from '@angrid/contract/signing';
import { describe, expect, it } from '@jest/globals';
import type { Lease } from '../outbox/outbox.js';
import { buildBatch } from './batch.js';
import { makeSigner, readBatch } from './cloud.fixture.js';

const prev = firstLink('gw-1', 7, 'alarm');
const lines = ['{"bootepoch":7,"sequence":41,"id":"a"}', '{"bootepoch":7,"sequence":42,"name":"门"}'];
const head = nextLink(nextLink(prev, lines[0] as string), lines[1] as string);
const lease: Lease = {
  lane: 'alarm',
  epoch: 7,
  prev,
  head,
  lines: lines.map((line, index) => ({ sequence: 41 + index, id: String(index), line })),
};

describe('a batch', () => {
  it('is its header and then each line as it was leased, one a line', () => {
    const { header, bytes } = buildBatch(lease, makeSigner(), Date.parse('2026-01-01T00:00:00Z'));
    const [first, ...rest] = bytes.toString('utf8').split('\n');
    expect(batchHeaderSchema.parse(JSON.parse(first ?? ''))).toEqual(header);
    expect(rest).toEqual([...lines, '']);
    expect(header).toMatchObject({
      gateway: 'gw-1',
      epoch: 7,
      lane: 'alarm',
      from: 41,
      to: 42,
      count: 2,
      prev,
      head,
      sentAt: '2026-01-01T00:00:00.000Z',
    });
  });

  it('is signed by the gateway’s key, and by no other', () => {
    const signer = makeSigner();
    const { header, bytes } = buildBatch(lease, signer, 0);
    expect(readBatch(bytes, signer.publicKey).lines).toEqual(lines);
    expect(verifyText(batchPreimage(header), header.signature, makeSigner().publicKey)).toBe(false);
    expect(verifyText(batchPreimage({ ...header, to: 43 }), header.signature, signer.publicKey)).toBe(false);
  });
});
