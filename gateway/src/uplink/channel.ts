import { once } from 'node:events';
import {
  AnGridError,
  channelEvents,
  type Command,
  type CommandResult,
  commandSchema,
  gatewayPaths,
} from '@angrid/contract';
import type { Clock, Log } from '@angrid/runtime';
import type { AuthorisedClient } from './authorised-client.js';
import { backOff } from './back-off.js';
import { CommandLedger } from './command-ledger.js';
import { EventStreamReader, type StreamEvent } from './event-stream.js';
import type { Outbox } from '../outbox/outbox.js';

/** How a command ended. `refused`: this gateway does not do it; `failed`: it tried. */
export type CommandOutcome = Pick<CommandResult, 'state' | 'code' | 'detail'>;

export interface ChannelParts {
  readonly client: AuthorisedClient;
  readonly outbox: Pick<Outbox, 'append' | 'keep' | 'states'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  /** Carries a command out. An error is a command that failed with the error's code. */
  readonly onCommand: (command: Command) => Promise<CommandOutcome>;
}

/** A site configuration at its bounds stays below it. */
const EVENT_BYTES = 8 * 1024 * 1024;
/** The cloud sends a sign of life more often than this; a channel that is silent for longer is dead. */
const SILENCE_MS = 60_000;
/** A channel that lived this long was a good one: the next is opened without back-off. */
const GOOD_MS = 10_000;

/** The one channel down: opened by the gateway, read as server-sent events, answered with command results. */
export class Channel {
  private readonly stopping = new AbortController();
  private readonly ledger: CommandLedger;
  private running: Promise<void> | undefined;
  private open = false;

  constructor(private readonly parts: ChannelParts) {
    this.ledger = new CommandLedger(parts.outbox);
  }

  start(): void {
    this.running = this.run();
  }

  /** Does not wait for a command that is under way: it is answered as interrupted when it comes again. */
  async stop(): Promise<void> {
    this.stopping.abort(new AnGridError('uplink.unreachable', { op: 'channel.read', detail: 'the gateway stops' }));
    await this.running;
  }

  get isOpen(): boolean {
    return this.open;
  }

  private async run(): Promise<void> {
    const { clock, log, random } = this.parts;
    const { signal } = this.stopping;
    const stopped = once(signal, 'abort');
    await this.ledger.load();
    for (let failures = 0; !signal.aborted;) {
      const startedAt = clock.monotonic();
      const error = await Promise.race([this.listen(), stopped]).catch((cause: unknown) => cause);
      this.open = false;
      if (signal.aborted) return;
      failures = clock.monotonic() - startedAt >= GOOD_MS ? 1 : failures + 1;
      log.debug({ err: error, failures }, 'the channel is closed');
      await clock.sleep(backOff(failures, random), signal).catch(() => undefined);
    }
  }

  /** Opens the channel and works until it ends. */
  private async listen(): Promise<void> {
    const { client, clock } = this.parts;
    const headers = { accept: 'text/event-stream', 'cache-control': 'no-store' };
    const stream = await client.stream({
      op: 'channel.open',
      method: 'GET',
      path: gatewayPaths.channel,
      headers,
      signal: this.stopping.signal,
    });
    const reader = new EventStreamReader(EVENT_BYTES);
    const watch = (): (() => void) => clock.after(SILENCE_MS, () => stream.destroy(new Error('the channel is silent')));
    let unwatch = watch();
    this.open = true;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        unwatch();
        for (const event of reader.push(chunk)) await this.take(event);
        unwatch = watch();
      }
    } finally {
      unwatch();
      stream.destroy();
    }
  }

  private async take({ event, id, data }: StreamEvent): Promise<void> {
    if (event !== channelEvents.command) return;
    const parsed = commandSchema.safeParse(jsonOf(data));
    if (parsed.success) return this.report(await this.execute(parsed.data));
    const detail = parsed.error.issues[0]?.message.slice(0, 300) ?? '';
    this.parts.log.warn({ id: id.slice(0, 64), detail }, 'a command is not one that this gateway knows');
    if (id !== '' && id.length <= 64)
      await this.report(this.result(id, { state: 'refused', code: 'contract.violation', detail }));
  }

  private async execute(command: Command): Promise<CommandResult> {
    const { id, expiresAt, grant } = command;
    const { client, log, onCommand } = this.parts;
    if (!(await this.ledger.claim(id))) {
      const interrupted = {
        state: 'failed',
        code: 'internal.unexpected',
        detail: 'the gateway was stopped while it worked',
      } as const;
      return this.ledger.resultOf(id) ?? this.result(id, interrupted);
    }
    const now = client.client.cloudTime();
    const expired = Date.parse(expiresAt) <= now || (grant !== undefined && Date.parse(grant.expiresAt) <= now);
    const outcome = expired ? ({ state: 'expired' } as const) : await onCommand(command).catch(outcomeOf);
    const result = this.result(id, outcome);
    log.info({ command: id, type: command.type, actor: command.actor, state: result.state }, 'command');
    await this.ledger.finish(result);
    return result;
  }

  private async report(result: CommandResult): Promise<void> {
    const body = Buffer.from(JSON.stringify(result));
    const headers = { 'content-type': 'application/json' };
    await this.parts.client.request({
      op: 'channel.result',
      method: 'POST',
      path: gatewayPaths.commandResult,
      headers,
      body,
      signal: this.stopping.signal,
    });
  }

  private result(id: string, outcome: CommandOutcome): CommandResult {
    return { id, ...outcome, finishedAt: new Date(this.parts.client.client.cloudTime()).toISOString() };
  }
}

function outcomeOf(error: unknown): CommandOutcome {
  const code = error instanceof AnGridError ? error.code : 'internal.unexpected';
  return { state: 'failed', code, detail: (error instanceof Error ? error.message : String(error)).slice(0, 500) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
