import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AnGridError } from '@angrid/contract';
import { type Playbook, playbookSchema } from './playbook.js';
import { readYaml } from './read-yaml.js';

/** The playbooks of this program; the same place seen from sources and from the build. */
export const playbooksFolder = fileURLToPath(new URL('../../playbooks/', import.meta.url));

const MAX_FILES = 200;

/** Throws playbook.unreadable and playbook.invalid. */
export async function readPlaybook(file: string): Promise<Playbook> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AnGridError('playbook.unreadable', { op: 'playbook.read', subject: file, cause });
  });
  return readYaml(playbookSchema, text, path.basename(file));
}

/** The playbooks of the folders by id, one a file that bears its name; of two with one id the later folder's counts. */
export async function readPlaybooks(folders: readonly string[]): Promise<ReadonlyMap<string, Playbook>> {
  const playbooks = new Map<string, Playbook>();
  for (const folder of folders) {
    for (const file of await filesOf(folder)) {
      const playbook = await readPlaybook(file);
      if (playbook.id !== path.basename(file, '.yaml')) throw misnamed(file, playbook.id);
      playbooks.set(playbook.id, playbook);
    }
  }
  return playbooks;
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new AnGridError('playbook.unreadable', { op: 'playbook.read', subject: folder, cause });
  });
  const files = names.filter((name) => name.endsWith('.yaml')).sort();
  return files.slice(0, MAX_FILES).map((name) => path.join(folder, name));
}

function misnamed(file: string, id: string): AnGridError {
  return new AnGridError('playbook.invalid', {
    op: 'playbook.read',
    subject: file,
    detail: `id: ${id} is not its name`,
  });
}
