import { writeFile } from 'node:fs/promises';
import { profileJsonSchema } from './format/profile.js';

/** Writes schema/profile.schema.json: `npm run schema -w device-profiles`. */
const file = new URL('../schema/profile.schema.json', import.meta.url);
await writeFile(file, `${JSON.stringify(profileJsonSchema(), null, 2)}\n`);
