import { Worker } from 'node:worker_threads';
import { AnGridError, type ErrorCode } from '@angrid/contract/errors';
import { type OpenReport, openStore, type StoreSettings } from './open-store.js';
import { failureOf } from './sqlite.js';
import type { Store } from './store.js';

/** What can be called of a store from outside of its thread. */
export type StoreCall = Exclude<keyof Store, 'begin'>;

export interface StoreRequest {
  readonly call: StoreCall;
  readonly args: readonly unknown[];
}

/** An error class does not survive the way between threads; its parts do. */
export interface StoreFault {
  readonly code: ErrorCode;
  readonly op: string;
  readonly detail: string;
}

export type StoreReply = { readonly value: unknown } | { readonly fault: StoreFault };
export type OpenReply = { readonly opened: OpenReport } | { readonly fault: StoreFault };

/** The way to a store. Calls are carried out one after the other, in order. */
export interface StoreLink {
  readonly report: OpenReport;
  call<C extends StoreCall>(call: C, ...args: Parameters<Store[C]>): Promise<ReturnType<Store[C]>>;
}

/** Carries out a request; any error of the store becomes a fault with a code. */
export function answerTo(store: Store, { call, args }: StoreRequest): StoreReply {
  try {
    const method = store[call] as (...args: readonly unknown[]) => unknown;
    return { value: method.apply(store, [...args]) };
  } catch (error) {
    return { fault: faultOf(error, `outbox.${call}`) };
  }
}

export function faultOf(error: unknown, op: string): StoreFault {
  if (error instanceof AnGridError) return { code: error.code, op: error.op, detail: error.detail ?? '' };
  const code = failureOf(error) === 'disk-full' ? 'outbox.full' : 'outbox.unusable';
  return { code, op, detail: error instanceof Error ? error.message : String(error) };
}

/** Where the store's thread starts: `execArgv` for a program that does not run from compiled files. */
export interface ThreadEntry {
  readonly url: URL;
  readonly execArgv?: readonly string[];
}

/** Opens the store in a thread of its own, so that a slow fsync never holds the event loop. */
export async function openThread(settings: StoreSettings, entry: ThreadEntry): Promise<StoreLink> {
  const execArgv = entry.execArgv === undefined ? {} : { execArgv: [...entry.execArgv] };
  const worker = new Worker(entry.url, { workerData: settings, name: 'outbox', ...execArgv });
  const waiting: { readonly resolve: (reply: StoreReply) => void; readonly reject: (error: Error) => void }[] = [];
  let ended: AnGridError | undefined;
  const end = (cause: unknown): void => {
    ended ??= new AnGridError('outbox.unusable', { op: 'outbox.thread', detail: String(cause), cause });
    for (const { reject } of waiting.splice(0)) reject(ended);
  };
  const report = await new Promise<OpenReport>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () =>
      reject(new AnGridError('outbox.unusable', { op: 'outbox.thread', detail: 'it ended at its start' })),
    );
    worker.once('message', (reply: OpenReply) =>
      'opened' in reply ? resolve(reply.opened) : reject(errorOf(reply.fault)),
    );
  });
  worker.on('error', end);
  worker.on('exit', () => end('the thread of the outbox has ended'));
  worker.on('message', (reply: StoreReply) => waiting.shift()?.resolve(reply));
  return {
    report,
    call: async (call, ...args) => {
      if (ended) throw ended;
      const reply = await new Promise<StoreReply>((resolve, reject) => {
        waiting.push({ resolve, reject });
        worker.postMessage({ call, args } satisfies StoreRequest);
      });
      return valueOf(reply);
    },
  };
}

/** Opens the store in this thread: for programs that have no event loop to hold. */
export function openInline(settings: StoreSettings): StoreLink {
  const { store, report } = openStore(settings);
  return { report, call: async (call, ...args) => valueOf(answerTo(store, { call, args })) };
}

function valueOf<T>(reply: StoreReply): T {
  if ('fault' in reply) throw errorOf(reply.fault);
  return reply.value as T;
}

function errorOf({ code, op, detail }: StoreFault): AnGridError {
  return new AnGridError(code, { op, detail });
}
