import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import {
  batchPreimage,
  CONTRACT_VERSION,
  enrolPreimage,
  type EnrolRequest,
  type Item,
  type Lane,
  tokenPreimage,
  type TokenRequest,
  type UnsignedBatchHeader,
} from '@angrid/contract';
import { firstLink, nextLink, rawPublicKey, signText } from '@angrid/contract/signing';
import type { Clock } from '@angrid/runtime';
import { gatewayIdOf } from '../src/sites/enrol.js';

/** An item before its lane has given it a number. */
export type Unnumbered = Item extends infer I ? (I extends Item ? Omit<I, 'bootepoch' | 'sequence'> : never) : never;

interface LaneState {
  sequence: number;
  link: string;
}

/** The gateway's side of the contract: a key, and lanes that number, chain and sign. */
export class SignedGateway {
  readonly key: KeyObject = generateKeyPairSync('ed25519').privateKey;
  readonly publicKey = rawPublicKey(this.key);
  readonly id = gatewayIdOf(this.publicKey);
  private readonly lanes = new Map<string, LaneState>();

  constructor(
    private readonly clock: Pick<Clock, 'wall'>,
    public epoch = 1,
  ) {}

  /** The next batch of a lane. The same bytes may be sent again. */
  batch(lane: Lane, items: readonly Unnumbered[]): Buffer {
    const { epoch } = this;
    const first = this.lane(lane).sequence + 1;
    const lines = items.map((item, index) => JSON.stringify({ bootepoch: epoch, sequence: first + index, ...item }));
    return this.batchOfLines(lane, lines);
  }

  /** The next batch, of lines as they are: for what no well-behaved gateway sends. */
  batchOfLines(lane: Lane, lines: readonly string[]): Buffer {
    const state = this.lane(lane);
    const from = state.sequence + 1;
    const prev = state.link;
    for (const line of lines) state.link = nextLink(state.link, line);
    state.sequence += lines.length;
    return this.sign({ lane, from, prev, head: state.link, lines });
  }

  /** Lets numbers of a lane go by, as when items gave way. */
  skip(lane: Lane, count: number): void {
    this.lane(lane).sequence += count;
  }

  /** Forgets what has been sent in a lane since `sequence`, as a restored disk does. */
  restore(lane: Lane, state: { readonly sequence: number; readonly link: string }): void {
    this.lanes.set(`${this.epoch}/${lane}`, { ...state });
  }

  /** Where a lane stands. */
  stateOf(lane: Lane): Readonly<LaneState> {
    return { ...this.lane(lane) };
  }

  enrolRequest(code: string, name = '东门网关'): EnrolRequest {
    const unsigned = { code, publicKey: this.publicKey, nonce: randomBytes(16).toString('base64url') };
    return { ...unsigned, name, version: '0.1.0', signature: signText(enrolPreimage(unsigned), this.key) };
  }

  tokenRequest(at = new Date(this.clock.wall())): TokenRequest {
    const unsigned = { gateway: this.id, at: at.toISOString(), nonce: randomBytes(16).toString('base64url') };
    return { ...unsigned, signature: signText(tokenPreimage(unsigned), this.key) };
  }

  private lane(lane: Lane): LaneState {
    const key = `${this.epoch}/${lane}`;
    const state = this.lanes.get(key) ?? { sequence: 0, link: firstLink(this.id, this.epoch, lane) };
    this.lanes.set(key, state);
    return state;
  }

  private sign(run: { lane: Lane; from: number; prev: string; head: string; lines: readonly string[] }): Buffer {
    const { lane, from, prev, head, lines } = run;
    const unsigned: UnsignedBatchHeader = {
      contract: CONTRACT_VERSION,
      gateway: this.id,
      epoch: this.epoch,
      lane,
      from,
      to: from + lines.length - 1,
      count: lines.length,
      prev,
      head,
      sentAt: new Date(this.clock.wall()).toISOString(),
      algorithm: 'Ed25519',
    };
    const header = { ...unsigned, signature: signText(batchPreimage(unsigned), this.key) };
    return Buffer.from([JSON.stringify(header), ...lines, ''].join('\n'));
  }
}
