import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { breakingChanges } from './openapi/breaking-changes.js';
import type { Part } from './openapi/schema.js';
import { operationsOf, structureFaults } from './openapi/structure.js';
import { referencePages } from './pages.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'deploy/reference');
/** The interface of the last release: kept by hand, not generated. */
const BASELINE = 'openapi.baseline.json';

let pages: ReadonlyMap<string, string>;
beforeAll(async () => {
  pages = await referencePages(root);
}, 60_000);

describe('the generated reference', () => {
  it('is what the code gives now (npm run reference writes it anew)', async () => {
    for (const [name, text] of pages) {
      expect({ name, text: await readFile(join(folder, name), 'utf8') }).toEqual({ name, text });
    }
  });

  it('holds no page that nothing generates', async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
    expect(files.filter((name) => !pages.has(name))).toEqual([BASELINE]);
  });
});

describe('the interface of the cloud', () => {
  const written = (): Part => JSON.parse(pages.get('openapi.json') ?? '') as Part;

  it('is OpenAPI 3.1 that other programs can read', () => {
    expect(structureFaults(written())).toEqual([]);
  });

  it('says of every route what it answers', () => {
    const silent = operationsOf(written()).filter(({ operation }) => {
      const { default: _, ...answers } = operation['responses'] as Record<string, Part>;
      return Object.entries(answers).some(([status, { content }]) => status === '200' && content === undefined);
    });
    // The offset of an upload is answered in a header, and a HEAD has no body.
    expect(silent.map(({ at }) => at)).toEqual(['HEAD /v1/gateway/evidence/{id}']);
  });

  it('breaks nothing of the last release (a break on purpose: a new major version, its line in CHANGELOG.md, and openapi.json copied over openapi.baseline.json)', async () => {
    const released = JSON.parse(await readFile(join(folder, BASELINE), 'utf8')) as Part;
    expect(breakingChanges(released, written())).toEqual([]);
  });
});
