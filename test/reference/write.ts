import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { referencePages } from './pages.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(root, 'deploy/reference');
for (const [name, text] of await referencePages(root)) {
  const file = join(folder, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
process.stdout.write(`written to ${folder}\n`);
