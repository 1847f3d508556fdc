import { networkInterfaces } from 'node:os';

/** The names that the configuration gives, and the IPv4 addresses of this machine, its own loopback last. */
export function brokerHosts(names: readonly string[]): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ family }) => family === 'IPv4')
    .sort((a, b) => Number(a.internal) - Number(b.internal));
  return [...new Set([...names, ...addresses.map(({ address }) => address)])];
}
