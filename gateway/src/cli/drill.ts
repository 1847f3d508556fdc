import { AnGridError, type Localized, type Trace } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import type { ExerciseStarted } from '../control/answers.js';
import type { GatewayClient } from './gateway-client.js';

/** One step of a drill. `ms` counts from the one before it; absent where it has not been reached. */
export interface Hop {
  readonly hop: 'normalise' | 'outbox' | 'cloud' | 'unit' | 'leg';
  readonly state: 'reached' | 'waiting' | 'missing';
  readonly ms?: number;
  /** The unit, the role of a leg, or why it is missing. */
  readonly detail?: string;
}

export interface Drill extends Pick<ExerciseStarted, 'event' | 'alert' | 'device' | 'kind' | 'opened'> {
  readonly exercise: true;
  /** True where every hop was reached; undefined where nobody waited for them. */
  readonly complete?: boolean;
  readonly hops: readonly Hop[];
  readonly incident?: string;
  readonly why?: Localized;
}

export interface DrillOptions {
  readonly gateway: Pick<GatewayClient, 'get' | 'post'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How long the hops in the cloud are waited for, in milliseconds; 0: not at all. */
  readonly waitMs: number;
  onHop?(hop: Hop['hop']): void;
}

const POLL_MS = 100;

/** Fires a drill through a device and follows it: normalise → outbox → cloud → unit → legs. */
export async function drill(order: { device: string; kind: string }, options: DrillOptions): Promise<Drill> {
  const { gateway, clock, waitMs } = options;
  const started = await gateway.post<ExerciseStarted>('/exercises', order);
  const stored = clock.monotonic();
  const { event, alert, device, kind, opened, hops } = started;
  const about = { exercise: true, event, alert, device, kind, opened } as const;
  const local: Hop[] = [
    { hop: 'normalise', state: 'reached', ms: hops.normaliseMs },
    { hop: 'outbox', state: 'reached', ms: hops.outboxMs },
  ];
  if (waitMs === 0 || alert === null) return { ...about, hops: local };
  const { trace, acceptedMs, failure } = await follow(alert, options, stored);
  const further = trace ? hopsOf(trace, acceptedMs) : lost(failure);
  return {
    ...about,
    complete: further.every(({ state }) => state === 'reached'),
    hops: [...local, ...further],
    ...(trace?.incident && { incident: trace.incident }),
    ...(trace?.why && { why: trace.why }),
  };
}

interface Followed {
  readonly trace?: Trace;
  readonly acceptedMs?: number;
  readonly failure?: string;
}

/** Asks until every leg has been sent, or the time is over. */
async function follow(alert: string, options: DrillOptions, stored: number): Promise<Followed> {
  const { gateway, clock, signal, waitMs, onHop } = options;
  let last: Followed = {};
  onHop?.('cloud');
  for (let now = stored; now - stored < waitMs; now = clock.monotonic()) {
    try {
      const trace = await gateway.get<Trace>(`/traces/${alert}`);
      const acceptedMs = last.acceptedMs ?? clock.monotonic() - stored;
      last = { trace, acceptedMs };
      if (hopsOf(trace, acceptedMs).every(({ state }) => state === 'reached')) return last;
      onHop?.(trace.unitPath === null ? 'unit' : 'leg');
    } catch (error) {
      if (!(error instanceof AnGridError) || !isWaitedOut(error)) throw error;
      last = { ...last, failure: error.code };
    }
    await clock.sleep(POLL_MS, signal);
  }
  return last;
}

/** The cloud does not have it yet, or is away for a while. */
function isWaitedOut({ code }: AnGridError): boolean {
  return code === 'subject.not-found' || code.startsWith('uplink.');
}

function hopsOf({ unitPath, place, legs, arrivedAt }: Trace, acceptedMs: number | undefined): Hop[] {
  const accepted = { hop: 'cloud', state: 'reached', ...(acceptedMs !== undefined && { ms: acceptedMs }) } as const;
  const linked: Hop =
    unitPath === null
      ? { hop: 'unit', state: 'missing', ...(place && { detail: place.name }) }
      : { hop: 'unit', state: 'reached', detail: place ? `${place.name} (${unitPath})` : unitPath };
  if (legs.length === 0) return [accepted, linked, { hop: 'leg', state: 'missing' }];
  return [accepted, linked, ...legs.map((leg) => hopOfLeg(leg, arrivedAt))];
}

const FAILED: readonly string[] = ['failed', 'timed-out'];

/** Both times are the cloud's. */
function hopOfLeg({ role, state, sentAt }: Trace['legs'][number], arrivedAt: string): Hop {
  if (FAILED.includes(state)) return { hop: 'leg', state: 'missing', detail: role };
  if (state === 'queued') return { hop: 'leg', state: 'waiting', detail: role };
  const ms = sentAt === null ? undefined : Math.max(0, Date.parse(sentAt) - Date.parse(arrivedAt));
  return { hop: 'leg', state: 'reached', detail: role, ...(ms !== undefined && { ms }) };
}

function lost(failure: string | undefined): Hop[] {
  const why = failure === undefined || failure === 'subject.not-found' ? {} : { detail: failure };
  return [
    { hop: 'cloud', state: 'missing', ...why },
    { hop: 'unit', state: 'waiting' },
    { hop: 'leg', state: 'waiting' },
  ];
}
