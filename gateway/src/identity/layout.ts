import { join } from 'node:path';

/** Where everything lies in the data folder. */
export function dataLayout(folder: string) {
  return {
    folder,
    identity: join(folder, 'identity'),
    token: join(folder, 'identity', 'token.json'),
    sealKey: join(folder, 'identity', 'seal.key'),
    pki: join(folder, 'pki'),
    devices: join(folder, 'devices', 'devices.json'),
    credentials: join(folder, 'devices', 'credentials.json'),
    cameraFacts: join(folder, 'devices', 'cameras.json'),
    site: join(folder, 'site.json'),
    subscriptions: join(folder, 'subscriptions.json'),
    evidence: join(folder, 'evidence'),
    accesses: join(folder, 'original-accesses.ndjson'),
    unknown: join(folder, 'unknown'),
    socket: join(folder, 'gateway.sock'),
  } as const;
}
