import type { Clock, Log } from '@angrid/runtime';
import { Inject, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Gauge, type Registry } from 'prom-client';
import { CLOCK, LOG, METRICS } from '../platform/tokens.js';
import { RostersController } from '../rosters/rosters.controller.js';
import { type Governance, yearsMissing } from './governance.js';
import { PlaybooksController } from './playbooks.controller.js';
import { GOVERNANCE } from './tokens.js';

const DAY_MS = 86_400_000;

/** Playbooks, their overlays, the calendar and the duty rosters. */
@Module({
  controllers: [PlaybooksController, RostersController],
})
export class GovernanceModule implements OnModuleInit, OnModuleDestroy {
  private stop = (): void => undefined;

  constructor(
    @Inject(GOVERNANCE) private readonly governance: Governance,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
    @Inject(METRICS) private readonly metrics: Registry,
  ) {}

  /** A calendar that ends is told every day, before and after it does. */
  onModuleInit(): void {
    const missing = (): readonly number[] => yearsMissing(this.governance, new Date(this.clock.wall()));
    const tell = (): void => {
      const years = missing();
      if (years.length > 0) this.log.warn({ years }, 'public holidays of these years are not known');
    };
    tell();
    this.stop = this.clock.every(DAY_MS, tell);
    new Gauge({
      name: 'angrid_calendar_years_missing',
      help: 'Years, of this one and the next in December, whose public holidays are not known',
      registers: [this.metrics],
      collect() {
        this.set(missing().length);
      },
    });
  }

  onModuleDestroy(): void {
    this.stop();
  }
}
