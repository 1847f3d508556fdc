import { Module } from '@nestjs/common';
import { AuditController } from '../audit/audit.controller.js';
import { EvidenceModule } from '../evidence/evidence.module.js';
import { NoticeController } from '../notice/notice.controller.js';
import { DeliveryController } from './delivery/delivery.controller.js';
import { DevicesController } from './devices.controller.js';
import { EvidenceContentController } from './evidence-content.controller.js';
import { FeedController } from './feed/feed.controller.js';
import { IncidentsController } from './incidents.controller.js';
import { PlacesController } from './places.controller.js';
import { RulesController } from './rules.controller.js';
import { SilencesController } from './silences.controller.js';
import { GatewaysController } from './gateways.controller.js';
import { SitesController } from './sites.controller.js';

/** What people see and do. */
@Module({
  imports: [EvidenceModule],
  controllers: [
    IncidentsController,
    EvidenceContentController,
    DevicesController,
    DeliveryController,
    PlacesController,
    GatewaysController,
    SitesController,
    RulesController,
    SilencesController,
    FeedController,
    AuditController,
    NoticeController,
  ],
})
export class ConsoleModule {}
