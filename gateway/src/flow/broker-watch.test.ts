import { recommendedRules } from '@angrid/contract';
import { describe, expect, it } from '@jest/globals';
import { siteOf } from '../control/works.fixture.js';
import { PipelineBench } from '../pipeline.fixture.js';
import { settingsFor } from '../rules/index.js';
import { BrokerWatch } from './broker-watch.js';

const DOORS = ['door-1', 'door-2', 'door-3'];
const NOTICED_S = 45;
/** Of the profile of these panels. */
const SILENCE_S = 90;
const GRACE_S = 30;

interface Told {
  readonly type: string;
  readonly data: {
    readonly kind: string;
    readonly device: string;
    readonly state: string;
    readonly covers?: { readonly count: number; readonly devices: readonly string[] };
  };
}

/** Panels that speak by way of a broker, on a clock that the test moves. */
class Site {
  isUp = true;
  watch!: BrokerWatch;

  private constructor(readonly bench: PipelineBench) {}

  static async open(inhibition = true): Promise<Site> {
    const { rules } = siteOf();
    const config = siteOf({ rules: { ...recommendedRules, ...rules, inhibition: { on: inhibition } } });
    const site = new Site(await new PipelineBench(DOORS, config).open());
    await site.start();
    await site.pass(1);
    for (const door of DOORS) await site.hear(door);
    return site;
  }

  /** Also what a restart of the gateway does. */
  async start(): Promise<void> {
    const { bench } = this;
    await bench.open();
    this.watch = await BrokerWatch.open({
      outbox: bench.outbox,
      isUp: () => this.isUp,
      noticedMs: NOTICED_S * 1000,
      gateway: 'gw-1',
      devices: () => DOORS,
      facts: () => ({
        gateway: 'gw-1',
        siteClass: 'art7',
        purpose: 'public-safety',
        timezone: 'UTC',
        pseudonym: String,
      }),
      settings: () => settingsFor(bench.config, {}, []),
      stamp: () => bench.stamp(),
    });
  }

  async pass(seconds: number, speaking: readonly string[] = []): Promise<this> {
    for (let second = 0; second < seconds; second += 1) {
      for (const door of this.isUp ? speaking : []) await this.hear(door);
      await this.watch.tick();
      this.bench.meeting = this.watch.meeting;
      await this.bench.pass(1);
    }
    return this;
  }

  async hear(door: string): Promise<void> {
    await this.bench.pipeline.accept(this.bench.reading(door, { event: 'heartbeat' }));
  }

  get alerts(): readonly string[] {
    const told = this.bench.outbox.lanes.alarm as unknown as readonly Told[];
    const alerts = told.filter(({ type }) => type === 'cn.angrid.alert.v1');
    return alerts.map(({ data: { device, kind, state, covers } }) => {
      const covered = covers === undefined ? '' : ` for ${covers.devices.join(' ')}`;
      return `${device} ${kind} ${state}${covered}`;
    });
  }
}

const LOST = 'gw-1 health.broker_lost active for door-1 door-2 door-3';
const BACK = 'gw-1 health.broker_lost cleared for door-1 door-2 door-3';

describe("an operator's broker that is away", () => {
  it('is one alert, told after the grace, however long the panels cannot be heard', async () => {
    const site = await Site.open();
    site.isUp = false;
    await site.pass(GRACE_S);
    expect(site.alerts).toEqual([]);
    await site.pass(1);
    expect(site.alerts).toEqual([LOST]);
    await site.pass(20 * 60);
    expect(site.alerts).toEqual([LOST]);
  });

  it('is nothing where it is back within the grace', async () => {
    const site = await Site.open();
    site.isUp = false;
    await site.pass(GRACE_S - 5);
    site.isUp = true;
    expect((await site.pass(60, DOORS)).alerts).toEqual([]);
  });

  it('that comes back leaves each panel to its own judgement: told is the one that stays silent', async () => {
    const site = await Site.open();
    site.isUp = false;
    await site.pass(600);
    site.isUp = true;
    await site.pass(SILENCE_S + GRACE_S, ['door-1', 'door-2']);
    expect(site.alerts).toEqual([LOST, BACK]);
    await site.pass(NOTICED_S + 5, ['door-1', 'door-2']);
    expect(site.alerts).toEqual([LOST, BACK, 'door-3 health.offline active']);
  });

  it('covers panels whose silence was noticed before its own', async () => {
    const site = await Site.open();
    await site.pass(SILENCE_S + GRACE_S + NOTICED_S - 10);
    expect(site.alerts).toEqual([]);
    site.isUp = false;
    await site.pass(600);
    site.isUp = true;
    await site.pass(SILENCE_S - 5);
    await site.pass(300, DOORS);
    expect(site.alerts).toEqual([LOST, BACK]);
  });

  it('ends its alert also where it came back while the gateway was stopped', async () => {
    const site = await Site.open();
    site.isUp = false;
    await site.pass(60);
    await site.start();
    site.isUp = true;
    expect((await site.pass(60, DOORS)).alerts).toEqual([LOST, BACK]);
  });

  it('keeps no panel back that was told before, and ends it when it is heard', async () => {
    const site = await Site.open();
    await site.pass(300, ['door-1', 'door-2']);
    site.isUp = false;
    await site.pass(60);
    site.isUp = true;
    await site.pass(100, DOORS);
    expect(site.alerts).toEqual(['door-3 health.offline active', LOST, 'door-3 health.offline cleared', BACK]);
  });

  it('leaves each panel an alert of its own where the site does not want it otherwise', async () => {
    const site = await Site.open(false);
    site.isUp = false;
    await site.pass(SILENCE_S + GRACE_S + 5);
    expect(site.alerts).toEqual([LOST, ...DOORS.map((door) => `${door} health.offline active`)]);
  });

  it('makes it unknown how the panels are that speak by way of it, and no other device', async () => {
    const site = await Site.open();
    const told = ['door-1', 'camera'].map((device) => ({ device, state: 'online', since: 'then' }) as const);
    expect(site.watch.asHeard(told)).toEqual(told);
    site.isUp = false;
    await site.pass(1);
    const { wall } = site.watch.meeting.since;
    expect(site.watch.asHeard(told)).toEqual([{ device: 'door-1', state: 'unknown', since: wall }, told[1]]);
  });
});
