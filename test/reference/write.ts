import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { referencePages } from './pages.js';

const folder = fileURLToPath(new URL('../../../deploy/reference', import.meta.url));
await mkdir(folder, { recursive: true });
for (const [name, text] of await referencePages()) await writeFile(join(folder, name), text);
process.stdout.write(`written to ${folder}\n`);
