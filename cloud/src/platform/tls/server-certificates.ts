import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Clock, type OwnCertificates, ownCertificates } from '@angrid/runtime';

export interface ServerCertificatesOptions {
  /** The data folder of the program. */
  readonly data: string;
  /** Names and addresses beside those of the machine. */
  readonly names: readonly string[];
  readonly clock: Pick<Clock, 'wall'>;
}

const NAME = /^[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*$/;

/** The own CA and the server certificate in `<data>/pki`; call it at the start and once a day. */
export function serverCertificates({ data, names, clock }: ServerCertificatesOptions): Promise<OwnCertificates> {
  const own = hostname();
  const hosts = [...names, ...(NAME.test(own) ? [own] : []), '127.0.0.1', 'localhost'];
  return ownCertificates({ name: 'AnGrid cloud', folder: join(data, 'pki'), hosts, clock });
}
