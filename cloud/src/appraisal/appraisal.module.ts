import { Module } from '@nestjs/common';
import { AppraisalController } from './appraisal.controller.js';

/** Points, training and the figures of how matters are handled. */
@Module({ controllers: [AppraisalController] })
export class AppraisalModule {}
