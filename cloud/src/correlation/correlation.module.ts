import { Module } from '@nestjs/common';
import { CorrelationController } from './correlation.controller.js';

/** How alerts become incidents, as people see and set it. */
@Module({ controllers: [CorrelationController] })
export class CorrelationModule {}
