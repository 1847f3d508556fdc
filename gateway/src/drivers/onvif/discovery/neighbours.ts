import { readFile } from 'node:fs/promises';
import { macOf } from './sightings.js';

const MAX_LINES = 4_096;

/** MAC addresses by IPv4 address, as the system's ARP table has them; empty where there is none. */
export async function neighbours(file = '/proc/net/arp'): Promise<ReadonlyMap<string, string>> {
  return readNeighbours(await readFile(file, 'utf8').catch(() => ''));
}

/** Lines of `IP address, HW type, Flags, HW address, Mask, Device`; entries without an answer are all zeros. */
function readNeighbours(table: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of table.split('\n').slice(1, MAX_LINES)) {
    const [address = '', , , hardware] = line.trim().split(/\s+/);
    const mac = macOf(hardware);
    if (mac !== undefined) found.set(address, mac);
  }
  return found;
}
