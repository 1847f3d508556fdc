import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import type { CloudDatabase } from '../database.js';
import { DATABASE } from '../platform/tokens.js';
import { seedTrees } from './seed-trees.js';

/** The trees of units, as the playbooks give them. */
@Module({})
export class UnitsModule implements OnModuleInit {
  constructor(@Inject(DATABASE) private readonly db: CloudDatabase) {}

  onModuleInit(): Promise<void> {
    return seedTrees(this.db);
  }
}
