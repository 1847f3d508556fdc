import { Secret } from '@angrid/runtime';
import { mediaIn, until } from './media.fixture.js';

/** A process that watches one camera until it is killed. Its input: folder, address, user and password as JSON. */
const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const { dir, url, user, password } = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>;
const media = await mediaIn(dir ?? '');
await media.watch([
  { camera: 'cam', url: url ?? '', user: user ?? '', password: new Secret(password ?? ''), masks: [] },
]);
await until('the stream runs', () => media.states().get('cam')?.state === 'running');
process.stdout.write('running\n');
