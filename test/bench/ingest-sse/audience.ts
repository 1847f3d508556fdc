import type { CloudProgram } from '../../support/cloud-program.js';
import { type Duty, newConsole, Viewer } from '../viewer.js';
import type { Stopwatch } from './stopwatch.js';

export const VIEWERS = 50;
const POLICE = 16;

/** A compound that everybody watches, and the others of the town. */
export interface Watched {
  readonly compound: string;
  readonly village: string;
  readonly others: readonly string[];
  readonly villages: readonly string[];
}

/** Consoles on the feed of which no two see the same, and all see one compound. */
export async function openAudience(
  cloud: CloudProgram,
  watched: Watched,
  stopwatch: Stopwatch,
): Promise<readonly Viewer[]> {
  const clients = [cloud.administrator];
  for (const duty of duties(watched)) clients.push(await newConsole(cloud, duty));
  const viewers: Viewer[] = [];
  for (const [viewer, client] of clients.entries())
    viewers.push(await Viewer.watch(client, (data, at) => stopwatch.see(viewer, data, at)));
  return viewers;
}

function duties({ compound, village, others, villages }: Watched): readonly Duty[] {
  const police = villages.slice(0, POLICE).map((other, index): Duty => {
    return { role: index % 2 === 0 ? 'police' : 'grid-member', unitPaths: [village, other] };
  });
  const managers = others.slice(0, VIEWERS - 2 - police.length).map((other): Duty => {
    return { role: 'property-manager', compounds: [compound, other] };
  });
  return [{ role: 'auditor' }, ...police, ...managers];
}
