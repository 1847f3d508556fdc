import { cpus, loadavg, release, totalmem } from 'node:os';
import type { Bench } from './bench.js';
import { cameras } from './cameras/cameras.js';
import { cloudIngest } from './cloud-ingest/cloud-ingest.js';
import { correlation } from './correlation/correlation.js';
import { evidence } from './evidence/evidence.js';
import { firstLight } from './first-light.js';
import { growth } from './growth/growth.js';
import { ingestSse } from './ingest-sse/ingest-sse.js';
import { live } from './live/live.js';
import { onvif } from './onvif/onvif.js';
import { panelIngest } from './panel-ingest/panel-ingest.js';
import { tamper } from './tamper/tamper.js';

const benches: readonly Bench[] = [
  panelIngest,
  cloudIngest,
  cameras,
  correlation,
  evidence,
  firstLight,
  growth,
  ingestSse,
  live,
  onvif,
  tamper,
];
const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(name: string | undefined, args: readonly string[]): Promise<void> {
  const bench = benches.find((known) => known.name === name);
  if (!bench) {
    say(
      `npm run bench -- <name> [--option number]\n${benches.map((known) => `  ${known.name.padEnd(14)} ${known.about}`).join('\n')}`,
    );
    process.exitCode = name === undefined ? 0 : 2;
    return;
  }
  say(bench.about);
  say(machine());
  const figures = await bench.run(say, args);
  say(JSON.stringify({ bench: bench.name, ...figures }));
}

function machine(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0]?.toFixed(2);
  const kernel = `Linux ${release()}, Node ${process.versions.node}`;
  return `machine: ${cpus().length} x ${cpu?.model ?? 'unknown'}, ${memory} GB, ${kernel}, load before ${load}`;
}

main(process.argv[2], process.argv.slice(3)).then(
  () => process.exit(),
  (error: unknown) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  },
);
