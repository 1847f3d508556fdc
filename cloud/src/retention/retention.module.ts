import type { Clock, Log } from '@angrid/runtime';
import { Inject, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { CloudDatabase } from '../database.js';
import type { EvidenceFiles } from '../evidence/evidence-files.js';
import { EvidenceModule } from '../evidence/evidence.module.js';
import { EVIDENCE_FILES } from '../evidence/tokens.js';
import { CLOCK, DATABASE, LOG } from '../platform/tokens.js';
import { RetentionJob } from './retention-job.js';

const RETENTION_JOB = Symbol('retention-job');

/** What is kept, and for how long. */
@Module({
  imports: [EvidenceModule],
  providers: [
    {
      provide: RETENTION_JOB,
      inject: [DATABASE, CLOCK, LOG, EVIDENCE_FILES],
      useFactory: (db: CloudDatabase, clock: Clock, log: Log, files: EvidenceFiles) =>
        new RetentionJob({ db, clock, log, files }),
    },
  ],
})
export class RetentionModule implements OnModuleInit, OnModuleDestroy {
  constructor(@Inject(RETENTION_JOB) private readonly job: RetentionJob) {}

  onModuleInit(): Promise<void> {
    return this.job.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.job.stop();
  }
}
