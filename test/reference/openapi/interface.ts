import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppModule, type AppParts } from '@angrid/cloud/app.module';
import { routesOf } from '@angrid/cloud/platform/http/routes';
import { documentOf } from './document.js';
import { readHandlers } from './handlers.js';
import type { Part } from './schema.js';

/** OpenAPI of the cloud in the repository at `root`: routes as the program declares them, answers as its sources do. */
export function interfaceOf(root: string): Part {
  const { version } = JSON.parse(readFileSync(join(root, 'cloud/package.json'), 'utf8')) as { version: string };
  const undone = { log: {}, db: {} } as unknown as AppParts;
  return documentOf(routesOf(AppModule.with(undone)), readHandlers(root), version);
}
