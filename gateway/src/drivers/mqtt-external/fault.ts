import { LineFault } from './line.js';

/** Why there is no connection: the closed set of values of the label `reason`. */
export type LinkFault =
  'unreachable' | 'untrusted' | 'credentials' | 'refused' | 'taken-over' | 'protocol' | 'not-stored' | 'stopped';

export interface Ended {
  readonly fault: LinkFault;
  readonly detail: string;
}

/** CONNACK 4 and 5 of MQTT 3.1.1; bad user or password, not authorised and bad method of MQTT 5. */
const CREDENTIAL_CODES = [4, 5, 134, 135, 140];
/** DISCONNECT of MQTT 5: another connection has the client id. */
const TAKEN_OVER = 142;
const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|ENOENT$|EACCES$)/;

/** What the error of a connection means for the one who has to mend it. */
export function faultOf(error: Error & { readonly code?: unknown }): Ended {
  const { code, message } = error;
  const detail = (message === '' ? String(code) : message).slice(0, 200);
  if (error instanceof LineFault) return { fault: 'protocol', detail };
  if (typeof code === 'number') return { fault: CREDENTIAL_CODES.includes(code) ? 'credentials' : 'refused', detail };
  if (typeof code === 'string' && TLS_CODE.test(code)) return { fault: 'untrusted', detail };
  return { fault: 'unreachable', detail };
}

/** What the broker said when it ended the connection (MQTT 5 only). */
export function farewellOf(reasonCode: number | undefined): Ended | undefined {
  if (reasonCode === undefined) return undefined;
  const detail = `DISCONNECT ${reasonCode}`;
  return { fault: reasonCode === TAKEN_OVER ? 'taken-over' : 'refused', detail };
}
