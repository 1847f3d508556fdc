import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('..', import.meta.url));
const STATIC = /^(?:import|export) (?!type )[^;]*?from '(\.[^']+)\.js';/gms;
const DYNAMIC = /import\('(\.[^']+)\.js'\)/g;

function imported(file: string, pattern: RegExp): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(pattern)].map(([, path]) => `${join(dirname(file), path ?? '')}.ts`);
}

/** Every source file that a file brings in when it is loaded, by the way that leads to it. */
function reached(start: string): Map<string, string[]> {
  const ways = new Map([[start, [relative(SOURCES, start)]]]);
  const queue = [start];
  for (let file = queue.shift(); file; file = queue.shift()) {
    for (const next of imported(file, STATIC)) {
      if (ways.has(next)) continue;
      ways.set(next, [...(ways.get(file) ?? []), relative(SOURCES, next)]);
      queue.push(next);
    }
  }
  return ways;
}

const cliFiles = readdirSync(join(SOURCES, 'cli'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(file))
  .map((file) => join(SOURCES, 'cli', file));

describe('the command line', () => {
  it('never loads the outbox: only the gateway process opens it', () => {
    for (const [file, way] of reached(join(SOURCES, 'cli/main.ts'))) {
      const path = relative(SOURCES, file);
      expect(path.startsWith('outbox/') || path === 'gateway.ts' || path === 'main.ts' ? way : []).toEqual([]);
    }
  });

  it('becomes the gateway in one place, the command run', () => {
    const places = cliFiles.filter((file) => imported(file, DYNAMIC).length > 0);
    expect(places.map((file) => relative(SOURCES, file))).toEqual(['cli/commands/run.ts']);
    expect(imported(places[0] ?? '', DYNAMIC).map((file) => relative(SOURCES, file))).toEqual(['main.ts']);
  });

  it('has every file of its folder in use', () => {
    const used = reached(join(SOURCES, 'cli/main.ts'));
    const typesOnly = ['cli/import/imported.ts', 'cli/world.ts'];
    const idle = cliFiles.filter((file) => !used.has(file)).map((file) => relative(SOURCES, file));
    expect(idle.filter((file) => !typesOnly.includes(file))).toEqual([]);
  });
});
