import { Module } from '@nestjs/common';
import { DevicesController } from './devices.controller.js';
import { EvidenceModule } from '../evidence/evidence.module.js';
import { EvidenceContentController } from './evidence-content.controller.js';
import { FeedController } from './feed/feed.controller.js';
import { IncidentsController } from './incidents.controller.js';

@Module({
  imports: [EvidenceModule],
  controllers: [IncidentsController, EvidenceContentController, DevicesController, FeedController],
})
export class ConsoleModule {}
