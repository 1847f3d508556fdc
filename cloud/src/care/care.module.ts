import { Module } from '@nestjs/common';
import { CareController } from './care.controller.js';

/** Care tasks: visits to households that have asked for them. */
@Module({ controllers: [CareController] })
export class CareModule {}
