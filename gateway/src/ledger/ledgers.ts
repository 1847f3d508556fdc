import { type GatewayTime, gatewayTimeSchema } from '@angrid/contract';
import type { Forgetting } from '../flow/forgetting.js';
import type { Outbox, StateWrite } from '../outbox/outbox.js';
import { emptyLedger, type LedgerState } from './state.js';
import { countersOf, isWholeDue, readLedger, wholeOf } from './stored.js';

const WHOLE = 'ledger/';
const COUNTERS = 'ledger-counters/';
const ALIVE = 'ledger-alive';

/** The ledger of each device: in memory to be fast, and in the outbox so that a start goes on where it was. */
export class Ledgers {
  private constructor(private readonly states: Map<string, LedgerState>) {}

  /** Devices that were here when the gateway ended have been away since then, until they are heard again. */
  static async load(outbox: Pick<Outbox, 'states'>): Promise<Ledgers> {
    const wholes = await outbox.states(WHOLE);
    const counters = await outbox.states(COUNTERS);
    const alive = readTime((await outbox.states(ALIVE)).get(ALIVE));
    const devices = new Set([...devicesOf(wholes, WHOLE), ...devicesOf(counters, COUNTERS)]);
    const states = [...devices].map((device): [string, LedgerState] => {
      const stored = { whole: wholes.get(`${WHOLE}${device}`), counters: counters.get(`${COUNTERS}${device}`) };
      return [device, awaySince(readLedger(stored), alive)];
    });
    return new Ledgers(new Map(states));
  }

  of(device: string): LedgerState {
    return this.states.get(device) ?? emptyLedger;
  }

  /** To be called once `writesOf` is durable, or where nothing needs to be written. */
  remember(device: string, state: LedgerState): void {
    this.states.set(device, state);
  }

  /** What is to be written of a step, in the commit of the event that it stands on. */
  writesOf(device: string, before: LedgerState, after: LedgerState): StateWrite[] {
    const counters = { key: `${COUNTERS}${device}`, json: countersOf(after) };
    return isWholeDue(before, after) ? [{ key: `${WHOLE}${device}`, json: wholeOf(after) }, counters] : [counters];
  }

  forget(device: string): Forgetting {
    return {
      states: [WHOLE, COUNTERS].map((prefix) => ({ key: `${prefix}${device}`, json: null })),
      commit: () => void this.states.delete(device),
    };
  }

  /** Says that the gateway was there until now. */
  aliveWrite(now: GatewayTime): StateWrite {
    return { key: ALIVE, json: JSON.stringify(now) };
  }
}

function awaySince(state: LedgerState, alive: GatewayTime | undefined): LedgerState {
  const away = state.away ?? later(state.seen, alive);
  return away === undefined ? state : { ...state, away };
}

/** Times of different runs: only the wall clock compares them. */
function later(one: GatewayTime | undefined, other: GatewayTime | undefined): GatewayTime | undefined {
  if (one === undefined) return undefined;
  return other !== undefined && Date.parse(other.wall) > Date.parse(one.wall) ? other : one;
}

function devicesOf(stored: ReadonlyMap<string, string>, prefix: string): string[] {
  return [...stored.keys()].map((key) => key.slice(prefix.length));
}

function readTime(json: string | undefined): GatewayTime | undefined {
  if (json === undefined) return undefined;
  return gatewayTimeSchema.safeParse(JSON.parse(json)).data;
}
