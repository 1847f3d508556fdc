import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { streamBodies } from '../platform/http/body.js';
import { SitesModule } from '../sites/sites.module.js';
import { IngestController } from './ingest.controller.js';

/** What the gateways send up. */
@Module({ imports: [SitesModule], controllers: [IngestController] })
export class IngestModule implements OnModuleInit {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    streamBodies(this.host.httpAdapter.getInstance<FastifyInstance>(), ['application/x-ndjson']);
  }
}
