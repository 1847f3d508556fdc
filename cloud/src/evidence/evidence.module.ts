import type { Clock } from '@angrid/runtime';
import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { CloudSettings } from '../config/settings.js';
import type { CloudDatabase } from '../database.js';
import { streamBodies } from '../platform/http/body.js';
import { CLOCK, DATABASE, SETTINGS } from '../platform/tokens.js';
import { SitesModule } from '../sites/sites.module.js';
import { type EvidenceFiles, evidenceFilesIn } from './evidence-files.js';
import { EvidenceController } from './evidence.controller.js';
import { EVIDENCE_FILES, EVIDENCE_UPLOADS } from './tokens.js';
import { EvidenceUploads } from './upload.js';

/** The bytes of evidence, from the gateways into the data folder. */
@Module({
  imports: [SitesModule],
  controllers: [EvidenceController],
  providers: [
    { provide: EVIDENCE_FILES, inject: [SETTINGS], useFactory: ({ data }: CloudSettings) => evidenceFilesIn(data) },
    {
      provide: EVIDENCE_UPLOADS,
      inject: [DATABASE, CLOCK, EVIDENCE_FILES],
      useFactory: (db: CloudDatabase, clock: Clock, files: EvidenceFiles) => new EvidenceUploads(db, clock, files),
    },
  ],
  exports: [EVIDENCE_FILES],
})
export class EvidenceModule implements OnModuleInit {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    streamBodies(this.host.httpAdapter.getInstance<FastifyInstance>(), ['application/offset+octet-stream']);
  }
}
