import { onvifDriver } from './index.js';
import {
  capabilitiesReply,
  createReply,
  dateTimeReply,
  device,
  type Handler,
  type Handlers,
  PASSWORD,
  pullReply,
  renewReply,
  soap,
  TestCamera,
  type TestContext,
  testContext,
} from './camera.fixture.js';

const closers: (() => unknown)[] = [];

/** Ends every run and camera that a test has left. */
export async function endAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

export const START = Date.UTC(2026, 0, 1);

/** A PullMessages that waits at the camera until the test gives the answer. */
export class LongPoll {
  private readonly open: ((answer: ReturnType<Handler>) => void)[] = [];

  readonly handler: Handler = () => new Promise((resolve) => this.open.push(resolve));

  answer(answer: ReturnType<Handler> = pullReply()): void {
    const next = this.open.shift();
    if (!next) throw new Error('nobody pulls');
    next(answer);
  }
}

export interface Bench {
  readonly camera: TestCamera;
  readonly context: TestContext;
  readonly poll: LongPoll;
  /** Stops the driver and gives what `run` ended with: undefined when it returned. */
  stop(): Promise<unknown>;
  /** What `run` threw, or undefined when it returned. */
  readonly ended: Promise<unknown>;
}

interface BenchOptions {
  readonly handlers?: (context: TestContext) => Handlers;
  readonly password?: string;
  readonly context?: TestContext;
}

export async function bench({
  handlers,
  password = PASSWORD,
  context = testContext(),
}: BenchOptions = {}): Promise<Bench> {
  const poll = new LongPoll();
  const camera = await TestCamera.start({
    GetSystemDateAndTime: () => dateTimeReply(context.clock.wall()),
    GetCapabilities: capabilitiesReply,
    CreatePullPointSubscription: () => createReply({ now: context.clock.wall(), lifetimeMs: 120_000 }),
    SetSynchronizationPoint: soap('<tev:SetSynchronizationPointResponse xmlns:tev="urn:e"/>'),
    PullMessages: poll.handler,
    Renew: () => renewReply({ now: context.clock.wall(), lifetimeMs: 120_000 }),
    Unsubscribe: soap('<wsnt:UnsubscribeResponse/>'),
    ...handlers?.(context),
  });
  const stop = new AbortController();
  const driver = onvifDriver();
  const ended = driver.run(device(camera, password), context, stop.signal).then(
    () => undefined,
    (error: unknown) => error,
  );
  closers.push(
    () => camera.close(),
    () => {
      stop.abort(new Error('test over'));
      return ended;
    },
  );
  return { camera, context, poll, ended, stop: () => (stop.abort(new Error('stopped')), ended) };
}

/** Repeats a look, letting sockets and promises do their work in between, until it is true. */
export async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  for (let count = 0; count < 10_000; count += 1) {
    if (await look()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('the state was never reached');
}
