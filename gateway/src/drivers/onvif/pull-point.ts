import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import type { Camera } from './camera.js';
import { type Endpoint, subscriptionEndpoint } from './endpoint.js';
import { notified, type Notified } from './notification.js';
import { findService } from './services.js';
import { DEFAULT_DEADLINE_MS, type SoapReply } from './soap/client.js';
import { refusesOperation } from './soap/fault.js';
import { child, childrenOf, type XmlElement } from './soap/xml.js';
import { grantedLifetime, LEAST_LIFETIME_MS, terminationTime, type TimeStyle } from './termination.js';

const EVENTS = 'http://www.onvif.org/ver10/events/wsdl';
const MANAGER = 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager';
const ACTION = {
  create: `${EVENTS}/EventPortType/CreatePullPointSubscriptionRequest`,
  pull: `${EVENTS}/PullPointSubscription/PullMessagesRequest`,
  synchronize: `${EVENTS}/PullPointSubscription/SetSynchronizationPointRequest`,
  renew: `${MANAGER}/RenewRequest`,
  unsubscribe: `${MANAGER}/UnsubscribeRequest`,
} as const;

/** So many that a full batch stays far below the limits of a reply. */
const MESSAGE_LIMIT = 50;

/** Some cameras close a silent connection after 10 s; and a pull that gets no reply is found out in eight. */
const LONGEST_PULL_MS = 5_000;
const SHORTEST_PULL_MS = 1_000;

/** How much longer than the pull itself its reply may take. */
const PULL_GRACE_MS = 3_000;

/** The camera repeats its states this often, so that an end that it forgot to tell is noticed. */
const SYNCHRONIZE_EVERY_MS = 600_000;

/** Renewal is due at this part of the granted time, and no pull outlasts the second part. */
const RENEW_FROM = 0.6;
const RENEW_UNTIL = 0.8;

/** At stop the camera gets this long to confirm. */
const UNSUBSCRIBE_MS = 2_000;

/**
 * A pull-point subscription at one camera (ONVIF Core 9.1). It ends at the camera by itself when it is not renewed.
 * Requests go one after the other. `pull` and `renew` throw onvif.subscription-lost for every fault.
 */
export class PullPoint {
  /** What the camera granted at first, by its own clock; may be negative. */
  readonly grantedMs: number;
  private readonly camera: Camera;
  private readonly endpoint: Endpoint;
  private renewAtMs = 0;
  private lastPullEndMs = 0;
  private renewable = true;
  private synchronizeAtMs: number;

  constructor(
    private readonly terms: SubscriptionTerms,
    created: XmlElement,
  ) {
    this.camera = terms.camera;
    this.endpoint = subscriptionEndpoint(child(created, 'SubscriptionReference'), terms.service);
    this.grantedMs = this.extend(created);
    this.synchronizeAtMs = terms.clock.monotonic();
  }

  get synchronizationDue(): boolean {
    return this.terms.clock.monotonic() >= this.synchronizeAtMs;
  }

  /** Milliseconds until the next renewal; 0 or less when it is due. */
  renewDueInMs(): number {
    return this.renewable ? this.renewAtMs - this.terms.clock.monotonic() : Number.POSITIVE_INFINITY;
  }

  /** Waits at the camera for notifications; none when the time is over. The reply itself is let go at once. */
  async pull(signal: AbortSignal): Promise<Notified[]> {
    const waitMs = Math.floor(this.pullTimeMs() / 1000) * 1000;
    const body =
      `<tev:PullMessages><tev:Timeout>PT${waitMs / 1000}S</tev:Timeout>` +
      `<tev:MessageLimit>${MESSAGE_LIMIT}</tev:MessageLimit></tev:PullMessages>`;
    const reply = await this.mustKnow(this.call('pull', body, { signal, deadlineMs: waitMs + PULL_GRACE_MS }));
    return childrenOf(reply.payload, 'NotificationMessage').map(notified);
  }

  /** Extends the subscription. A camera without Renew is left to the extension that each pull brings. */
  async renew(signal: AbortSignal): Promise<void> {
    const end = terminationTime(this.terms.style, this.camera.time.now());
    const body = `<wsnt:Renew><wsnt:TerminationTime>${end}</wsnt:TerminationTime></wsnt:Renew>`;
    try {
      this.extend((await this.call('renew', body, { signal })).payload);
    } catch (error) {
      if (!refusesOperation(error)) throw lost(error, this.camera.id);
      this.renewable = false;
    }
  }

  /** Asks for the present state of all properties. Cameras that cannot are forgiven, and not asked again. */
  async synchronize(signal: AbortSignal): Promise<void> {
    this.synchronizeAtMs = this.terms.clock.monotonic() + SYNCHRONIZE_EVERY_MS;
    try {
      await this.call('synchronize', '<tev:SetSynchronizationPoint/>', { signal });
    } catch (error) {
      if (!isFault(error)) throw error;
      this.synchronizeAtMs = Number.POSITIVE_INFINITY;
    }
  }

  /** Frees the slot at the camera. Never throws: it ends there by itself too. */
  async unsubscribe(): Promise<void> {
    await this.call('unsubscribe', '<wsnt:Unsubscribe/>', { deadlineMs: UNSUBSCRIBE_MS }).catch(() => undefined);
  }

  private pullTimeMs(): number {
    if (!this.renewable) return LONGEST_PULL_MS;
    const untilLatest = this.lastPullEndMs - this.terms.clock.monotonic();
    return Math.min(LONGEST_PULL_MS, Math.max(SHORTEST_PULL_MS, untilLatest));
  }

  /** Sets the times of renewal from a reply, and gives the lifetime as the camera said it. */
  private extend(reply: XmlElement): number {
    const granted = grantedLifetime(reply, this.camera.time.now());
    const lifetime = Math.max(granted, LEAST_LIFETIME_MS);
    const now = this.terms.clock.monotonic();
    this.renewAtMs = now + lifetime * RENEW_FROM;
    this.lastPullEndMs = now + lifetime * RENEW_UNTIL;
    return granted;
  }

  private call(
    operation: keyof typeof ACTION,
    body: string,
    limits: { readonly signal?: AbortSignal; readonly deadlineMs?: number },
  ): Promise<SoapReply> {
    return callEvents({ camera: this.camera, endpoint: this.endpoint, operation, body, ...limits });
  }

  private async mustKnow(call: Promise<SoapReply>): Promise<SoapReply> {
    try {
      return await call;
    } catch (error) {
      throw lost(error, this.camera.id);
    }
  }
}

interface SubscriptionTerms {
  readonly camera: Camera;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** The event service. */
  readonly service: Endpoint;
  readonly style: TimeStyle;
}

/**
 * Subscribes to all topics. First with a relative termination time; a camera that faults on it, or grants next to
 * nothing, is asked once more with an absolute one by its own clock.
 */
export async function createPullPoint(
  camera: Camera,
  clock: Pick<Clock, 'monotonic'>,
  signal?: AbortSignal,
): Promise<PullPoint> {
  const service = await findService(camera, 'Events', signal);
  const terms = { camera, clock, service };
  let relative: PullPoint;
  try {
    relative = await subscribe({ ...terms, style: 'relative' }, signal);
  } catch (error) {
    if (!isFault(error) || refusesOperation(error)) throw error;
    return subscribe({ ...terms, style: 'absolute' }, signal);
  }
  if (relative.grantedMs >= LEAST_LIFETIME_MS) return relative;
  await relative.unsubscribe();
  return subscribe({ ...terms, style: 'absolute' }, signal);
}

async function subscribe(terms: SubscriptionTerms, signal?: AbortSignal): Promise<PullPoint> {
  const { camera, service, style } = terms;
  const body =
    '<tev:CreatePullPointSubscription><tev:InitialTerminationTime>' +
    `${terminationTime(style, camera.time.now())}</tev:InitialTerminationTime></tev:CreatePullPointSubscription>`;
  const asked = terms.clock.monotonic();
  try {
    const reply = await callEvents({ camera, endpoint: service, operation: 'create', body, signal });
    return new PullPoint(terms, reply.payload);
  } catch (error) {
    throw terms.clock.monotonic() - asked < DEFAULT_DEADLINE_MS ? error : hung(error, camera.id);
  }
}

/** It kept silent for all of the time that it had: asking for a pull point makes some cameras hang. */
function hung(error: unknown, subject: string): unknown {
  if (!(error instanceof AnGridError) || error.code !== 'onvif.unreachable') return error;
  return new AnGridError('onvif.subscribing-hangs', { op: error.op, subject, cause: error });
}

interface EventsCall {
  readonly camera: Camera;
  readonly endpoint: Endpoint;
  readonly operation: keyof typeof ACTION;
  readonly body: string;
  readonly signal?: AbortSignal | undefined;
  readonly deadlineMs?: number | undefined;
}

/** Every event call carries Action, MessageID and To; without them cameras fault or misroute. */
function callEvents({ camera, endpoint, operation, body, signal, deadlineMs }: EventsCall): Promise<SoapReply> {
  const { to, path, referenceParameters } = endpoint;
  const addressing = { action: ACTION[operation], to, referenceParameters };
  return camera.client.call({
    op: `onvif.${operation}`,
    path,
    body,
    addressing,
    signal,
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  });
}

function isFault(error: unknown): error is AnGridError {
  return error instanceof AnGridError && error.code === 'onvif.fault';
}

/** Whatever a camera answers to a pull or a renewal, after a fault the subscription is made anew. */
function lost(error: unknown, subject: string): unknown {
  if (!isFault(error)) return error;
  const detail = error.detail === undefined ? {} : { detail: error.detail };
  return new AnGridError('onvif.subscription-lost', { op: error.op, subject, ...detail, cause: error.cause });
}
