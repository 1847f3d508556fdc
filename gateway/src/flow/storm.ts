import type { GatewayTime, StormLimits } from '@angrid/contract';
import type { NormalisedEvent, UnnumberedEvent } from '../normalise/index.js';
import type { Outbox, StateWrite } from '../outbox/outbox.js';
import { elapsedMs } from '../rules/index.js';
import type { Forgetting } from './forgetting.js';
import { isAlerting, keyOf, readWindow, type StormWindow, summaryOf, writeWindow } from './storm-window.js';
import { TokenBucket } from './token-bucket.js';

const PREFIX = 'storm/';
/** Windows of one device that tell channels and codes apart; beyond them a kind is one window. */
const WINDOWS = 32;

/** What becomes of an event. `commit` is called once it is durable. */
export interface Admission {
  /** Undefined where the event goes on as it is; else what counts it, in its place. */
  readonly count?: StateWrite;
  commit(): void;
}

/** One event that stands for many. It goes the way of any event; its window ends in the same commit. */
export interface Summary {
  readonly event: NormalisedEvent;
  readonly ending: StateWrite;
  commit(): void;
}

const PASSES: Admission = { commit: () => undefined };

interface Device {
  readonly buckets: { readonly alarm: TokenBucket; readonly record: TokenBucket };
  /** In the order in which each was counted last. */
  readonly windows: Map<string, StormWindow>;
}

/**
 * Storm control: what one device may put on a lane is bounded by a token bucket, so that no device keeps those of the
 * others waiting (a lane goes by arrival). Beyond it, equal events become one with their count. The count is durable
 * before the device has its acknowledgement, ends with the window, and goes on over a restart: no event is lost in it.
 *
 * Never made one: fire, drills, and what comes late, because the ledger needs each number of it. The first event of an
 * alerting kind passes at once whatever the bucket says, once a window. Everything else waits while a window is open,
 * so that what is told stays in its order.
 */
export class Storm {
  private readonly devices = new Map<string, Device>();

  static async load(outbox: Pick<Outbox, 'states'>): Promise<Storm> {
    const storm = new Storm();
    for (const [key, json] of await outbox.states(PREFIX)) {
      const device = key.slice(PREFIX.length).split('/')[0] ?? '';
      const window = readWindow(json);
      if (window !== undefined) storm.of(device).windows.set(window.key, window);
    }
    return storm;
  }

  admit(device: string, { item }: NormalisedEvent, limits: StormLimits): Admission {
    if (item.late || item.exercise || item.data.kind.startsWith('fire.')) return PASSES;
    const { windows, buckets } = this.of(device);
    const open = windows.size === 0 ? undefined : (windows.get(keyOf(item.data)) ?? windows.get(item.data.kind));
    if (open !== undefined) return this.counting(device, open, item.data.gatewayTime);
    const lane = item.lane === 'record' ? 'record' : 'alarm';
    const isFree = windows.size === 0 || isAlerting(item.data);
    if (isFree && buckets[lane].take(item.data.gatewayTime, limits[lane])) return PASSES;
    return this.beginning(device, item);
  }

  /**
   * The windows of a device once one of them is over: all together, in the order in which each was counted last, so that
   * the rules are left where the device was left. At once without limits. To be stepped one by one, each committed.
   */
  *due(device: string, now: GatewayTime, limits?: StormLimits): Generator<Summary> {
    const windows = this.devices.get(device)?.windows;
    if (windows === undefined || windows.size === 0) return;
    const leastMs = limits === undefined ? 0 : limits.windowSeconds * 1000;
    const all = [...windows.values()];
    if (!all.some(({ from }) => elapsedMs(from, now) >= leastMs)) return;
    for (const window of all.sort((one, other) => elapsedMs(other.to, now) - elapsedMs(one.to, now))) {
      const end = (): void => void windows.delete(window.key);
      if (window.count === 0) end();
      else yield { event: summaryOf(window), ending: { key: stateKey(device, window), json: null }, commit: end };
    }
  }

  forget(device: string): Forgetting {
    const windows = [...(this.devices.get(device)?.windows.values() ?? [])];
    return {
      states: windows.map((window) => ({ key: stateKey(device, window), json: null })),
      commit: () => void this.devices.delete(device),
    };
  }

  private beginning(device: string, item: UnnumberedEvent): Admission {
    const { windows } = this.of(device);
    const { gatewayTime: now, kind } = item.data;
    const key = windows.size < WINDOWS ? keyOf(item.data) : kind;
    const window = { key, first: item, count: 0, from: now, to: now };
    if (!isAlerting(item.data)) return this.counting(device, window, now);
    return { commit: () => void windows.set(key, window) };
  }

  private counting(device: string, window: StormWindow, to: GatewayTime): Admission {
    const counted = { ...window, count: window.count + 1, to };
    return {
      count: { key: stateKey(device, counted), json: writeWindow(counted) },
      commit: () => {
        const { windows } = this.of(device);
        windows.delete(counted.key);
        windows.set(counted.key, counted);
      },
    };
  }

  private of(device: string): Device {
    const known = this.devices.get(device);
    if (known !== undefined) return known;
    const made = { buckets: { alarm: new TokenBucket(), record: new TokenBucket() }, windows: new Map() };
    this.devices.set(device, made);
    return made;
  }
}

function stateKey(device: string, { first }: StormWindow): string {
  return `${PREFIX}${device}/${first.id}`;
}
