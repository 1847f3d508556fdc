import { Module } from '@nestjs/common';
import { DailyController } from './daily.controller.js';
import { PatrolsController } from './patrols.controller.js';

/** Rounds at set times, and the day of those who go about. */
@Module({ controllers: [PatrolsController, DailyController] })
export class PatrolModule {}
