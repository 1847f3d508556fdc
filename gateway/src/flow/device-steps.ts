import { type EventKind, type GatewayTime, kindDefinition, type Severity, type StormLimits } from '@angrid/contract';
import type { DeliveryBook, Entry, LedgerInput } from '../ledger/index.js';
import { draftOf, type NormalisedEvent, type SiteFacts } from '../normalise/index.js';
import type { Outbox } from '../outbox/outbox.js';
import type { KnownDevice } from '../pipeline.js';
import { alertData, alertDraft, endsOf, type RuleAlert } from '../rules/index.js';
import type { Tally } from '../telemetry/tally.js';
import { DeviceRules, type DeviceRulesParts } from './device-rules.js';
import type { Admission, Storm } from './storm.js';

export interface DeviceStepsParts extends DeviceRulesParts {
  readonly outbox: Pick<Outbox, 'append' | 'keep'>;
  readonly book: DeliveryBook;
  readonly storm: Storm;
  readonly tally: Tally;
  stamp(): GatewayTime;
  /** Told of each new alert, durable by then; `cameras` look at it. */
  onAlert(alert: string, cameras: readonly string[], severity: Severity): void;
}

/**
 * One step of a device: ledger → storm control → rules → outbox, all of it in one commit. What it leads to is remembered
 * once that is durable. Steps of one device are taken one after the other.
 */
export class DeviceSteps {
  private readonly rules: DeviceRules;

  constructor(private readonly parts: DeviceStepsParts) {
    this.rules = new DeviceRules(parts);
  }

  /** An event beyond the share of its device is counted, durably too, and told with the others when its window is over. */
  async take(known: KnownDevice, event: NormalisedEvent): Promise<void> {
    const { book, storm, site } = this.parts;
    const { id } = known.device;
    const entry = book.enter(known, { event });
    if (entry.event === undefined) return this.commit(known, entry);
    const admission = storm.admit(id, entry.event, site.ruleSettings(id).storm);
    if (admission.count === undefined) return this.commit(known, entry, admission);
    const loud = [{ loud: event.item.data.gatewayTime }];
    await this.commit(known, { ...entry, event: undefined, hears: loud }, { ...admission, event });
  }

  async summarise(known: KnownDevice, now: GatewayTime, limits?: StormLimits): Promise<void> {
    for (const { event, ending, commit } of this.parts.storm.due(known.device.id, now, limits)) {
      await this.step(known, { event }, { count: ending, commit });
    }
  }

  step(known: KnownDevice, input: LedgerInput, also?: Also): Promise<void> {
    return this.commit(known, this.parts.book.enter(known, input), also);
  }

  /** Tells what is still counted, ends its alerts, and keeps nothing of it. */
  async forget(device: string, known?: KnownDevice): Promise<void> {
    const { outbox, rules, book, storm, site, stamp } = this.parts;
    const now = stamp();
    if (known) await this.summarise(known, now);
    const ends = endsOf(rules.of(device), now.wall);
    const drafts = ends.map((alert) => alertDraft(alert, device, site.facts()));
    const forgetting = [rules.forget(device), book.forget(device), storm.forget(device)];
    const states = forgetting.flatMap((one) => one.states);
    const [first] = drafts;
    if (first) await outbox.append({ event: first.id, drafts, states });
    else await outbox.keep(states);
    for (const { commit } of forgetting) commit();
  }

  private async commit(known: KnownDevice, entry: Entry, also: Also = {}): Promise<void> {
    const { outbox, rules, site, tally } = this.parts;
    const { id } = known.device;
    const facts = site.facts(entry.event?.item.exercise);
    const stepped = this.rules.step(known, entry.says.length === 0 ? entry.hears : [...entry.hears, ...entry.says]);
    const drafts = entry.event ? [draftOf(entry.event), ...entry.drafts] : [...entry.drafts];
    for (const alert of stepped.alerts) drafts.push(alertDraft(alert, id, facts, this.around(known)));
    const states = [...entry.states];
    if (stepped.changed) states.push(rules.writeOf(id, stepped.state));
    if (also.count) states.push(also.count);
    const event = also.event ?? entry.event;
    const standsOn = event?.item.id ?? drafts[0]?.id;
    if (standsOn === undefined) {
      if (states.length > 0) await outbox.keep(states);
    } else if ((await outbox.append({ event: standsOn, drafts, states })) === 'duplicate') {
      tally.count('duplicates');
      if (event) return this.step(known, { duplicate: event });
    }
    also.commit?.();
    entry.commit();
    rules.remember(id, stepped.state);
    this.picture(known, stepped.alerts, facts);
  }

  private around(known: KnownDevice) {
    return { cameras: this.camerasOf(known), behind: this.parts.site.behind(known.device.id) };
  }

  private camerasOf({ device }: KnownDevice): readonly string[] {
    return device.kind === 'camera' ? [device.id] : this.parts.site.camerasOf(device.id);
  }

  private picture(known: KnownDevice, alerts: readonly RuleAlert[], facts: SiteFacts): void {
    for (const alert of alerts) {
      const pictured = alert.state === 'active' && !(known.device.kind === 'camera' && isSupporting(alert.kind));
      if (!pictured) continue;
      const { alert: id, severity } = alertData(alert, known.device.id, facts);
      this.parts.onAlert(id, this.camerasOf(known), severity);
    }
  }
}

/** What is written in the commit of a step besides what the step itself gives. */
interface Also extends Partial<Admission> {
  /** The event that the commit stands on, where it is only counted. */
  readonly event?: NormalisedEvent;
}

/** Motion alone is worth no picture; it is the alert of a door that is. */
function isSupporting(kind: EventKind): boolean {
  return kindDefinition(kind).standing === 'supporting';
}
