import type { Clock } from '@angrid/runtime';
import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Counter, type Registry } from 'prom-client';
import type { CloudDatabase } from '../database.js';
import { streamBodies } from '../platform/http/body.js';
import { CLOCK, DATABASE, METRICS } from '../platform/tokens.js';
import type { Governance } from '../playbooks/governance.js';
import { GOVERNANCE } from '../playbooks/tokens.js';
import { SitesModule } from '../sites/sites.module.js';
import type { TelemetryCollector } from '../telemetry/collector.js';
import { measured } from '../telemetry/measure.js';
import { TelemetryModule } from '../telemetry/telemetry.module.js';
import { TELEMETRY_COLLECTOR } from '../telemetry/tokens.js';
import type { Ingesting } from './ingest-batch.js';
import { IngestController } from './ingest.controller.js';
import { INGESTING } from './tokens.js';

type Given = readonly [CloudDatabase, Clock, Governance, TelemetryCollector, Registry];

function ingesting(...[db, clock, governance, telemetry, metrics]: Given): Ingesting {
  const accepted = new Counter({
    name: 'angrid_alerts_accepted_total',
    help: 'Alerts that came from gateways and were new',
    registers: [metrics],
  });
  return {
    db,
    clock,
    governance,
    onStored: (items, compound) => {
      accepted.inc(items.filter(({ type }) => type === 'cn.angrid.alert.v1').length);
      const arrivedAt = clock.wall();
      for (const item of items) for (const each of measured(item, compound, arrivedAt)) telemetry.add(each);
    },
  };
}

/** What the gateways send up. */
@Module({
  imports: [SitesModule, TelemetryModule],
  controllers: [IngestController],
  providers: [
    { provide: INGESTING, inject: [DATABASE, CLOCK, GOVERNANCE, TELEMETRY_COLLECTOR, METRICS], useFactory: ingesting },
  ],
})
export class IngestModule implements OnModuleInit {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    streamBodies(this.host.httpAdapter.getInstance<FastifyInstance>(), ['application/x-ndjson']);
  }
}
