import type { Clock } from '@angrid/runtime';
import { Module } from '@nestjs/common';
import { openSealingBox } from '../channels/sealing.js';
import type { CloudSettings } from '../config/settings.js';
import type { CloudDatabase } from '../database.js';
import { EvidenceModule } from '../evidence/evidence.module.js';
import type { EvidenceFiles } from '../evidence/evidence-files.js';
import { EVIDENCE_FILES } from '../evidence/tokens.js';
import { CLOCK, DATABASE, SETTINGS } from '../platform/tokens.js';
import type { Governance } from '../playbooks/governance.js';
import { GOVERNANCE } from '../playbooks/tokens.js';
import { ReportDesk, type ReportDeskParts } from './report-desk.js';
import { ReportsController } from './reports.controller.js';
import { REPORT_DESK } from './tokens.js';

type Sealed = Pick<ReportDeskParts, 'governance' | 'box'>;

const SEALED = Symbol('sealed');

/** What people report. */
@Module({
  imports: [EvidenceModule],
  controllers: [ReportsController],
  providers: [
    {
      provide: SEALED,
      inject: [SETTINGS, GOVERNANCE],
      useFactory: async ({ channels, data }: CloudSettings, governance: Governance): Promise<Sealed> => {
        return { governance, box: await openSealingBox(channels.key, data) };
      },
    },
    {
      provide: REPORT_DESK,
      inject: [DATABASE, CLOCK, EVIDENCE_FILES, SEALED],
      useFactory: (db: CloudDatabase, clock: Clock, files: EvidenceFiles, sealed: Sealed) =>
        new ReportDesk({ db, clock, files, ...sealed }),
    },
  ],
})
export class ReportsModule {}
