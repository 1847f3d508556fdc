import { AnGridError } from '@angrid/contract';
import type { DeviceHealth, DialledDevice, DriverContext } from '../driver.js';
import { type Camera, openCamera } from './camera.js';
import { CLOCK_WRONG_MS } from './clock.js';
import type { Notified } from './notification.js';
import { createPullPoint, type PullPoint } from './pull-point.js';
import { deniesResource } from './soap/fault.js';

/** A pull that came back empty sooner than this did not wait at the camera at all. */
const EARLY_MS = 250;

/** The pause that such a camera gets, so that it is not asked without end. */
const PAUSE_MS = 1_000;

/** The wait for a stalled store is looked at this often, also where nothing is to be renewed. */
const LONGEST_WAIT_MS = 60_000;

/** How long a stop waits for notifications that were pulled but are not durable yet. */
const STOP_GRACE_MS = 2_000;

/**
 * Follows the events of one camera until the signal ends it (then it returns) or something fails (then it throws a
 * classified AnGridError). It never tries again by itself: the supervisor does.
 */
export async function runCamera(device: DialledDevice, context: DriverContext, signal: AbortSignal): Promise<void> {
  context.health('connecting');
  try {
    const camera = await openCamera(device, context, signal);
    try {
      await followEvents(camera, context, signal);
    } finally {
      camera.close();
    }
  } catch (error) {
    if (signal.aborted) return;
    const state = healthAfter(error);
    if (state) context.health(state);
    throw error;
  }
}

async function followEvents(camera: Camera, context: DriverContext, signal: AbortSignal): Promise<void> {
  const point = await createPullPoint(camera, context.clock, signal);
  let pulls = 0;
  try {
    const tell = healthTeller(camera, context);
    tell();
    await point.synchronize(signal);
    const session = { camera, context, point, signal, tell };
    for (; ; pulls += 1) await pullOnce(session);
  } catch (error) {
    if (signal.aborted || mayStillStand(error)) await point.unsubscribe();
    if (isLost(error) && pulls === 0) context.health('reachable');
    throw error;
  }
}

interface Session {
  readonly camera: Camera;
  readonly context: DriverContext;
  readonly point: PullPoint;
  readonly signal: AbortSignal;
  /** Tells the supervisor how the camera is, where that has changed. */
  tell(): void;
}

async function pullOnce(session: Session): Promise<void> {
  const { context, point, signal } = session;
  const asked = context.clock.monotonic();
  const notifications = await point.pull(signal);
  const waited = context.clock.monotonic() - asked;
  if (notifications.length > 0) await keepAliveWhile(deliver(notifications, session), session);
  if (point.renewDueInMs() <= 0) await refresh(session);
  if (point.synchronizationDue) await point.synchronize(signal);
  if (notifications.length === 0 && waited < EARLY_MS) await context.clock.sleep(PAUSE_MS, signal);
}

/** In their order, and together: the next pull, which is our acknowledgement, comes when all of them are durable. */
async function deliver(notifications: readonly Notified[], { camera, context }: Session): Promise<void> {
  const received = context.stamp();
  const stored = await Promise.allSettled(
    notifications.map((one) => context.sink.accept({ deviceId: camera.id, protocol: 'onvif', ...one, received })),
  );
  const refused = stored.filter((one) => one.status === 'rejected');
  const [first] = refused;
  if (first === undefined) return;
  context.log.error({ device: camera.id, lost: refused.length }, 'pulled notifications were not stored');
  throw first.reason;
}

/** A store that stalls must not cost the subscription: it is renewed while the work goes on. */
async function keepAliveWhile(work: Promise<void>, session: Session): Promise<void> {
  const { camera, context, point, signal } = session;
  for (;;) {
    const untilRenewal = Math.min(Math.max(0, point.renewDueInMs()), LONGEST_WAIT_MS);
    const first = await waitFor(work, untilRenewal, { clock: context.clock, signal });
    if (first === 'done') return;
    if (first === 'stopped') break;
    if (point.renewDueInMs() <= 0) await refresh(session);
  }
  const last = await waitFor(work, STOP_GRACE_MS, { clock: context.clock });
  if (last !== 'done') context.log.warn({ device: camera.id }, 'stopped before pulled notifications were stored');
}

interface Waiting {
  readonly clock: DriverContext['clock'];
  readonly signal?: AbortSignal;
}

/** What came first. Leaves no timer and no listener behind; rejects where the work does. */
function waitFor(work: Promise<void>, ms: number, { clock, signal }: Waiting): Promise<'done' | 'due' | 'stopped'> {
  return new Promise((resolve, reject) => {
    const release = (): void => {
      cancel();
      signal?.removeEventListener('abort', onAbort);
    };
    const end = (how: 'done' | 'due' | 'stopped'): void => {
      release();
      resolve(how);
    };
    const onAbort = (): void => end('stopped');
    const cancel = clock.after(ms, () => end('due'));
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    work.then(
      () => end('done'),
      (error: unknown) => {
        release();
        reject(error as Error);
      },
    );
  });
}

async function refresh({ camera, point, signal, tell }: Session): Promise<void> {
  await point.renew(signal);
  await camera.syncClock(signal);
  tell();
}

/** Skew below a second is the coarseness of the camera's answer. */
function healthTeller(camera: Camera, context: DriverContext): () => void {
  let told: { readonly state: DeviceHealth; readonly skewMs: number } | undefined;
  return () => {
    const skewMs = camera.time.skewMs() ?? 0;
    const state: DeviceHealth = Math.abs(skewMs) > CLOCK_WRONG_MS ? 'clock-wrong' : 'online';
    if (told?.state === state && Math.abs(told.skewMs - skewMs) < 1_000) return;
    told = { state, skewMs };
    context.health(state, { clockSkewMs: skewMs });
  };
}

function healthAfter(error: unknown): DeviceHealth | undefined {
  if (!(error instanceof AnGridError)) return undefined;
  if (error.code === 'onvif.not-authorized') return 'needs-password';
  if (isLost(error)) return undefined;
  if (['onvif.fault', 'onvif.hostile-reply', 'onvif.certificate-changed'].includes(error.code)) return 'reachable';
  return error.code.startsWith('onvif.') || error.code.startsWith('device.') ? 'offline' : undefined;
}

/** The camera is as it was, and is subscribed to anew at once; unless it never answered a pull, it counts as there. */
function isLost(error: unknown): boolean {
  return error instanceof AnGridError && error.code === 'onvif.subscription-lost';
}

const GONE: ReadonlySet<string> = new Set(['onvif.unreachable', 'onvif.subscribing-hangs', 'onvif.not-authorized']);

/** The camera could still hold our slot: worth one short call, unless it cannot be reached or has said that it does not. */
function mayStillStand(error: unknown): boolean {
  if (!(error instanceof AnGridError)) return true;
  return !GONE.has(error.code) && !deniesResource(error);
}
