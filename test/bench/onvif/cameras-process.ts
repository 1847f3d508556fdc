import { BenchCamera } from './bench-camera.js';

/** Cameras in a process of their own. Arguments: how many, events a second of each. Child → parent: their ports. Parent → child: begin. */
const [count = 0, perSecond = 1] = process.argv.slice(2).map(Number);
const periodMs = 1000 / perSecond;
const STEP_MS = 1;

const cameras: BenchCamera[] = [];
for (let index = 0; index < count; index += 1) cameras.push(await BenchCamera.start());

/** One camera after the other, at an even pace. */
function begin(): void {
  let moved = 0;
  const start = performance.now();
  setInterval(() => {
    const due = Math.floor(((performance.now() - start) * count) / periodMs);
    for (; moved < due; moved += 1) cameras[moved % count]?.move();
  }, STEP_MS);
}

process.on('message', begin);
process.send?.(cameras.map(({ port }) => port));
process.once('disconnect', () => process.exit());
