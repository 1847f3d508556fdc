import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { CloudDatabase } from '../database.js';
import { FloorPlansController } from '../linking/floor-plans.controller.js';
import { LinkingController } from '../linking/linking.controller.js';
import { streamBodies } from '../platform/http/body.js';
import { DATABASE } from '../platform/tokens.js';
import { RegistersController } from './registers/registers.controller.js';
import { seedTrees } from './seed-trees.js';
import { UnitsController } from './units.controller.js';

/** The trees of units, as the playbooks give them and as they become; the registers; what links places and devices. */
@Module({ controllers: [UnitsController, RegistersController, LinkingController, FloorPlansController] })
export class UnitsModule implements OnModuleInit {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  onModuleInit(): Promise<void> {
    streamBodies(this.host.httpAdapter.getInstance<FastifyInstance>(), ['application/octet-stream']);
    return seedTrees(this.db);
  }
}
