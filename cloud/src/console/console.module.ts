import { Module } from '@nestjs/common';
import { DevicesController } from './devices.controller.js';
import { FeedController } from './feed/feed.controller.js';
import { IncidentsController } from './incidents.controller.js';

@Module({ controllers: [IncidentsController, DevicesController, FeedController] })
export class ConsoleModule {}
