import { AnGridError, type ErrorCode } from '@angrid/contract';
import type { Cancel, Clock, Log } from '@angrid/runtime';
import { v7 as uuid } from 'uuid';
import type { Session } from '../accounts/sessions.js';
import type { CameraRef, LiveGrant } from './live-grants.js';
import { type LiveSink, LiveStream, type LiveViewer } from './live-stream.js';

interface Shown {
  readonly stream: LiveStream;
  readonly gateway: string;
}

interface Watching {
  readonly grant: LiveGrant;
  readonly session: Session;
  readonly shown: Shown;
  readonly viewer: LiveViewer;
  readonly cancelExpiry: Cancel;
}

export interface LiveDeskOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Of the given sessions, those that have ended. */
  endedSessions(hashes: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface WatchOrder {
  readonly grant: LiveGrant;
  readonly session: Session;
  readonly gateway: string;
}

/** A picture that was asked for. */
export interface Watch {
  /** What the gateway calls it. */
  readonly stream: string;
  /** Resolves with the codec when there is a picture; rejects with the reason where there is none. */
  readonly started: Promise<string>;
  flow(sink: LiveSink): void;
  leave(): void;
}

const MOST_VIEWERS = 200;
const MOST_OF_ACCOUNT = 6;
const MOST_ENDINGS = 1000;

/**
 * Who watches which camera. One stream a camera, however many watch; none where nobody does. Streams live in the
 * process that was asked: the gateway's requests must reach the same one.
 */
export class LiveDesk {
  private readonly streams = new Map<string, Shown>();
  private readonly watching = new Map<string, Watching>();
  /** By grant; the oldest give way. */
  private readonly endings = new Map<string, ErrorCode>();

  constructor(private readonly options: LiveDeskOptions) {}

  /** Lets a grant's account in; one picture a grant, the newest. Throws live.too-many. */
  watch({ grant, session, gateway }: WatchOrder): Watch {
    this.leave(grant.id);
    const own = [...this.watching.values()].filter((one) => one.session.account.id === grant.account);
    if (this.watching.size >= MOST_VIEWERS || own.length >= MOST_OF_ACCOUNT)
      throw new AnGridError('live.too-many', { op: 'live.open', subject: grant.camera });
    const shown = this.shownOf(grant, gateway);
    const { clock } = this.options;
    const viewer = shown.stream.join();
    const lifeMs = grant.expiresAt.getTime() - clock.wall();
    const cancelExpiry = clock.after(lifeMs, () => this.leave(grant.id));
    const mine: Watching = { grant, session, shown, viewer, cancelExpiry };
    this.watching.set(grant.id, mine);
    return {
      stream: shown.stream.id,
      started: viewer.started,
      flow: (sink) => shown.stream.flow(viewer, sink),
      leave: () => this.leave(grant.id, mine),
    };
  }

  /** A stream that this process has asked the gateway for. */
  streamOf(gateway: string, id: string): LiveStream | undefined {
    for (const shown of this.streams.values())
      if (shown.stream.id === id && shown.gateway === gateway) return shown.stream;
    return undefined;
  }

  /** Why the picture of a grant ended last. */
  whyEnded(grant: string): ErrorCode {
    return this.endings.get(grant) ?? 'live.ended';
  }

  /** Ends what is watched in sessions that are over; of one account where it is given. */
  async dropEnded(account?: string): Promise<void> {
    const concerned = [...this.watching].filter(
      ([, { session }]) => account === undefined || session.account.id === account,
    );
    if (concerned.length === 0) return;
    try {
      const ended = await this.options.endedSessions(concerned.map(([, { session }]) => session.hash));
      for (const [grant, mine] of concerned) if (ended.has(mine.session.hash)) this.leave(grant, mine);
    } catch (error) {
      this.options.log.warn({ err: error }, 'sessions of live views were not checked');
    }
  }

  stop(): void {
    for (const { stream } of [...this.streams.values()]) stream.end(new AnGridError('live.ended', { op: 'live.stop' }));
  }

  private leave(grant: string, mine = this.watching.get(grant)): void {
    if (!mine) return;
    mine.cancelExpiry();
    if (this.watching.get(grant) === mine) this.watching.delete(grant);
    mine.shown.stream.leave(mine.viewer);
    if (mine.viewer.why) this.noteEnding(grant, mine.viewer.why.code);
  }

  private noteEnding(grant: string, code: ErrorCode): void {
    this.endings.delete(grant);
    this.endings.set(grant, code);
    const [oldest = grant] = this.endings.keys();
    if (this.endings.size > MOST_ENDINGS) this.endings.delete(oldest);
  }

  /** A camera that another gateway has by now is asked for anew. */
  private shownOf({ compound, camera }: CameraRef, gateway: string): Shown {
    const key = `${compound}/${camera}`;
    const running = this.streams.get(key);
    if (running?.gateway === gateway) return running;
    running?.stream.end(new AnGridError('live.ended', { op: 'live.open', subject: camera }));
    const onEnd = (): void => this.forget(key, shown);
    const shown: Shown = { gateway, stream: new LiveStream(uuid(), { clock: this.options.clock, onEnd }) };
    this.streams.set(key, shown);
    return shown;
  }

  private forget(key: string, shown: Shown): void {
    if (this.streams.get(key) === shown) this.streams.delete(key);
    for (const [grant, mine] of this.watching) if (mine.shown === shown) this.leave(grant, mine);
  }
}
