import type { GatewayTime, LateReason } from '@angrid/contract';
import type { CompiledProfile } from '@angrid/device-profiles';
import type { Forgetting } from '../flow/forgetting.js';
import { draftOf, type NormalisedEvent, type SiteFacts } from '../normalise/index.js';
import type { Draft, StateWrite } from '../outbox/outbox.js';
import type { RuleInput } from '../rules/index.js';
import { driftSaying, gapDraft, lossSaying, type Origin, outageDraft, type Saying, sayingEvent } from './items.js';
import type { Ledgers } from './ledgers.js';
import type { Asking, LedgerState } from './state.js';
import { type LedgerFact, type LedgerInput, type LedgerStep, stepLedger } from './step-ledger.js';
import { isWholeDue } from './stored.js';

/** What becomes of an input. All of it belongs into one commit; `commit` is called once that is durable. */
export interface Entry {
  /** The event as it is stored: marked where it is late. Undefined where there is none, or it says nothing new. */
  readonly event: NormalisedEvent | undefined;
  /** What the rules are told of the input. */
  readonly hears: readonly RuleInput[];
  /** What the ledger finds out itself: for the rules, and as items. */
  readonly says: readonly RuleInput[];
  readonly drafts: readonly Draft[];
  readonly states: readonly StateWrite[];
  commit(): void;
}

export interface BookParts {
  readonly ledgers: Ledgers;
  readonly startedAt: GatewayTime;
  /** The bound on a device's clock, seconds. */
  driftSeconds(): number;
  facts(): SiteFacts;
  /** Asks a device for records again. */
  ask(device: string, asking: Asking): void;
}

interface Kept {
  readonly device: { readonly id: string };
  readonly profile: CompiledProfile;
}

const NOTHING: readonly never[] = [];

/** Enters what happens into the ledger of its device, and puts what it finds out into items and words for the rules. */
export class DeliveryBook {
  constructor(private readonly parts: BookParts) {}

  enter(known: Kept, input: LedgerInput): Entry {
    const { ledgers } = this.parts;
    const { id } = known.device;
    const before = ledgers.of(id);
    const step = stepLedger(before, input, this.contextOf(known));
    const found = this.put(known, step, timeOf(input));
    return {
      event: eventOf(input, step),
      hears: heard(input, step),
      ...found,
      states: isWritten(input, before, step) ? ledgers.writesOf(id, before, step.state) : NOTHING,
      commit: () => {
        ledgers.remember(id, step.state);
        for (const fact of step.facts) if ('ask' in fact) this.parts.ask(id, fact.ask);
      },
    };
  }

  forget(device: string): Forgetting {
    return this.parts.ledgers.forget(device);
  }

  private contextOf({ profile }: Kept) {
    const { startedAt, driftSeconds } = this.parts;
    const { offlineAfterSeconds, backfill } = profile;
    return { startedAt, offlineAfterSeconds, backfill, driftSeconds: driftSeconds() };
  }

  private put({ device, profile }: Kept, { facts }: LedgerStep, at: GatewayTime): Pick<Entry, 'says' | 'drafts'> {
    if (facts.length === 0) return { says: NOTHING, drafts: NOTHING };
    const origin: Origin = { device: device.id, profile: profile.label, at, facts: this.parts.facts() };
    const says: RuleInput[] = [];
    const drafts: Draft[] = [];
    for (const fact of facts) {
      drafts.push(...reportsOf(fact, origin));
      const saying = sayingOf(fact, at);
      if (saying !== undefined) {
        const event = sayingEvent(saying, origin);
        drafts.push(draftOf(event));
        says.push({ event });
      }
      const over = overOf(fact);
      if (over !== undefined) says.push({ sync: over, at });
    }
    return { says, drafts };
  }
}

function reportsOf(fact: LedgerFact, origin: Origin): Draft[] {
  if ('gap' in fact) return [gapDraft(fact.gap, origin)];
  return 'outage' in fact ? [outageDraft(fact.outage, origin)] : [];
}

function sayingOf(fact: LedgerFact, at: GatewayTime): Saying | undefined {
  if ('gap' in fact) return fact.gap.state === 'lost' ? lossSaying(fact.gap) : undefined;
  return 'drift' in fact && fact.drift === 'drifts' ? driftSaying(fact.skewMs, at) : undefined;
}

function overOf(fact: LedgerFact) {
  if ('over' in fact) return fact.over;
  const isRight = 'drift' in fact && fact.drift === 'over';
  return isRight ? ({ kind: 'health.clock_drift', channel: undefined, active: false } as const) : undefined;
}

/** Numbers are as durable as what carries them; what is only seen or counted is not worth a commit of its own. */
function isWritten(input: LedgerInput, before: LedgerState, { state, unchanged }: LedgerStep): boolean {
  if ('numbered' in input) return true;
  if (!('event' in input)) return isWholeDue(before, state);
  return unchanged !== true || input.event.delivery?.sequence !== undefined;
}

function eventOf(input: LedgerInput, { late, unchanged }: LedgerStep): NormalisedEvent | undefined {
  if (!('event' in input) || unchanged === true) return undefined;
  return late === undefined || late === 'said-by-device' ? input.event : lateEvent(input.event, late);
}

function lateEvent(event: NormalisedEvent, lateBecause: LateReason): NormalisedEvent {
  const { item } = event;
  return { ...event, item: { ...item, late: true, data: { ...item.data, lateBecause } } };
}

function heard(input: LedgerInput, step: LedgerStep): readonly RuleInput[] {
  if ('tick' in input || 'life' in input || 'sync' in input) return [input];
  if ('event' in input) {
    const event = eventOf(input, step);
    return event === undefined ? repeated(input.event) : [{ event }];
  }
  return 'numbered' in input ? [{ life: 'heartbeat', at: input.at }] : NOTHING;
}

/** A state that is told again is no event, but still what the device says of the present. */
function repeated({ item, delivery }: NormalisedEvent): readonly RuleInput[] {
  const { kind, channel, gatewayTime: at } = item.data;
  const { edge } = delivery ?? {};
  const alive: RuleInput = { life: 'heartbeat', at };
  return edge === undefined ? [alive] : [alive, { sync: { kind: edge, channel, active: kind === edge }, at }];
}

function timeOf(input: LedgerInput): GatewayTime {
  if ('event' in input) return input.event.item.data.gatewayTime;
  if ('duplicate' in input) return input.duplicate.item.data.gatewayTime;
  return 'tick' in input ? input.tick : input.at;
}
