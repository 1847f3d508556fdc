import { createHmac } from 'node:crypto';
import type { SiteConfig, SiteDevice } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import type { SiteFacts } from '../normalise/index.js';
import { isNight } from '../normalise/index.js';
import { type DeviceRuleSettings, settingsFor } from '../rules/index.js';

const DAY_MS = 86_400_000;

export interface SiteViewOptions {
  readonly gateway: string;
  readonly siteKey: Buffer;
  readonly clock: Clock;
  config(): SiteConfig;
}

/** The site configuration as the pipeline asks it: facts, rule settings and which cameras look at a door. */
export class SiteView {
  private derivedFrom: SiteConfig | undefined;
  private devices = new Map<string, SiteDevice>();
  private cameras = new Map<string, readonly string[]>();

  constructor(private readonly options: SiteViewOptions) {}

  facts(exercise = false): SiteFacts {
    const { site } = this.options.config();
    return {
      gateway: this.options.gateway,
      siteClass: site.siteClass,
      purpose: site.purpose,
      timezone: site.timezone,
      pseudonym: (credential) => this.pseudonym(credential),
      ...(exercise && { exercise }),
    };
  }

  ruleSettings(device: string): DeviceRuleSettings {
    const { site, rules } = this.options.config();
    const night = isNight(site.night, site.timezone, this.options.clock.wall());
    return settingsFor(rules, { night, heldOpenSeconds: this.device(device)?.heldOpenSeconds });
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
    this.devices = new Map(config.devices.map((device) => [device.id, device]));
    const cameras = new Map<string, string[]>();
    for (const { door, camera } of config.links) cameras.set(door, [...(cameras.get(door) ?? []), camera]);
    this.cameras = cameras;
  }
}
