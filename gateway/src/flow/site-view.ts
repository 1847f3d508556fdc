import { createHmac } from 'node:crypto';
import { ruleDefaults, type SiteConfig, type SiteDevice } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import type { SiteFacts } from '../normalise/index.js';
import { localOf } from '../normalise/index.js';
import { type DeviceRuleSettings, periodsOf, settingsFor } from '../rules/index.js';
import { Topology } from './topology.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export interface SiteViewOptions {
  readonly gateway: string;
  readonly siteKey: Buffer;
  readonly clock: Clock;
  config(): SiteConfig;
}

/** The site configuration as the pipeline asks it: facts, rule settings and which cameras look at a door. */
export class SiteView {
  private derivedFrom: SiteConfig | undefined;
  /** By whether it is a drill. */
  private readonly known = new Map<boolean, SiteFacts>();
  private devices = new Map<string, SiteDevice>();
  private cameras = new Map<string, readonly string[]>();
  private topology = new Topology([]);
  /** Settings by device, of one configuration and one minute. */
  private readonly settings = new Map<string, DeviceRuleSettings>();
  private periods: readonly string[] = [];
  private minute: number | undefined;

  constructor(private readonly options: SiteViewOptions) {}

  facts(exercise = false): SiteFacts {
    this.derive();
    const known = this.known.get(exercise);
    if (known !== undefined) return known;
    const { gateway, config } = this.options;
    const { siteClass, purpose, timezone } = config().site;
    const pseudonym = (credential: string) => this.pseudonym(credential);
    const facts = { gateway, siteClass, purpose, timezone, pseudonym, ...(exercise && { exercise }) };
    this.known.set(exercise, facts);
    return facts;
  }

  /** What the rules of a device go by at this minute. */
  ruleSettings(device: string): DeviceRuleSettings {
    this.derive();
    const minute = Math.floor(this.options.clock.wall() / MINUTE_MS);
    if (minute !== this.minute) this.turnTo(minute);
    const known = this.settings.get(device);
    if (known !== undefined) return known;
    const settings = settingsFor(this.options.config(), this.devices.get(device) ?? {}, this.periods);
    this.settings.set(device, settings);
    return settings;
  }

  /** A device whose clock is further off is an alert. */
  clockDriftSeconds(): number {
    return this.options.config().rules.clockDriftSeconds ?? ruleDefaults.clockDriftSeconds;
  }

  /** Ids of the periods of the site's calendar that are on. */
  activePeriods(): readonly string[] {
    const config = this.options.config();
    const wall = this.options.clock.wall();
    return periodsOf(config, localOf(wall, config.site.timezone) ?? wall);
  }

  /** What a device hangs behind, the nearest first. */
  ahead(device: string): readonly string[] {
    this.derive();
    return this.topology.ahead(device);
  }

  /** Everything that hangs behind a device. */
  behind(device: string): readonly string[] {
    this.derive();
    return this.topology.behind(device);
  }

  camerasOf(door: string): readonly string[] {
    this.derive();
    return this.cameras.get(door) ?? [];
  }

  device(id: string): SiteDevice | undefined {
    this.derive();
    return this.devices.get(id);
  }

  /** Keyed by the site and the day: two days' pseudonyms of one card have nothing in common. */
  private pseudonym(credential: string): string {
    const epoch = Math.floor(this.options.clock.wall() / DAY_MS);
    return createHmac('sha256', this.options.siteKey).update(`${epoch}:${credential}`).digest('base64url').slice(0, 22);
  }

  private derive(): void {
    const config = this.options.config();
    if (config === this.derivedFrom) return;
    this.derivedFrom = config;
    this.known.clear();
    this.devices = new Map(config.devices.map((device) => [device.id, device]));
    const cameras = new Map<string, string[]>();
    for (const { door, camera } of config.links) cameras.set(door, [...(cameras.get(door) ?? []), camera]);
    this.cameras = cameras;
    this.topology = new Topology(config.devices);
    this.minute = undefined;
  }

  /** Calendars change by the minute, and most minutes change nothing. */
  private turnTo(minute: number): void {
    const periods = this.activePeriods();
    const isSame = this.minute !== undefined && periods.join() === this.periods.join();
    if (!isSame) this.settings.clear();
    this.periods = periods;
    this.minute = minute;
  }
}
