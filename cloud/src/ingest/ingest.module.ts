import type { Clock } from '@angrid/runtime';
import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { CloudDatabase } from '../database.js';
import { streamBodies } from '../platform/http/body.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
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

type Given = readonly [CloudDatabase, Clock, Governance, TelemetryCollector];

function ingesting(...[db, clock, governance, telemetry]: Given): Ingesting {
  return {
    db,
    clock,
    governance,
    onStored: (items, compound) => {
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
    { provide: INGESTING, inject: [DATABASE, CLOCK, GOVERNANCE, TELEMETRY_COLLECTOR], useFactory: ingesting },
  ],
})
export class IngestModule implements OnModuleInit {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    streamBodies(this.host.httpAdapter.getInstance<FastifyInstance>(), ['application/x-ndjson']);
  }
}
