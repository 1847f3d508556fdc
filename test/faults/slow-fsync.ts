import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Seen from the sources and from the build. */
const SOURCE = fileURLToPath(
  new URL(import.meta.url.includes('/test/dist/') ? '../../faults/slow-fsync.c' : './slow-fsync.c', import.meta.url),
);

/** The environment in which each fsync of a program takes `ms` longer. Needs gcc. */
export async function slowFsync(folder: string, ms: number): Promise<Readonly<Record<string, string>>> {
  const library = join(folder, 'slow-fsync.so');
  await promisify(execFile)('gcc', ['-shared', '-fPIC', '-O2', '-o', library, SOURCE, '-ldl']).catch(
    (cause: unknown) => {
      throw new Error('the slow disk cannot be built: apt-get install -y --no-install-recommends gcc libc6-dev', {
        cause,
      });
    },
  );
  return { LD_PRELOAD: library, FSYNC_DELAY_US: String(ms * 1000) };
}
