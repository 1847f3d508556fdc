import { AnGridError } from '@angrid/contract';
import { at, childrenOf, textAt, type XmlElement } from './xml.js';

/** What a SOAP 1.2 fault (or a 1.1 one) says. It travels as the `cause` of the AnGridError. */
export class SoapFault extends Error {
  constructor(
    /** `Sender` or `Receiver` (1.1: `Client`, `Server`), without prefix. */
    readonly faultCode: string,
    /** The nested subcodes from the outside in, without prefixes: `['NotAuthorized']`. */
    readonly subcodes: readonly string[],
    readonly reason: string,
  ) {
    super([[faultCode, ...subcodes].join('/'), reason].filter((part) => part !== '').join(': '));
    this.name = 'SoapFault';
  }
}

const MAX_SUBCODES = 8;

/** Every part is optional: some cameras send a fault without Reason, some without Code. */
export function readFault(fault: XmlElement): SoapFault {
  const subcodes: string[] = [];
  let level = at(fault, 'Code', 'Subcode');
  while (level && subcodes.length < MAX_SUBCODES) {
    const value = textAt(level, 'Value');
    if (value !== undefined) subcodes.push(plain(withoutPrefix(value)));
    level = at(level, 'Subcode');
  }
  const code = textAt(fault, 'Code', 'Value') ?? textAt(fault, 'faultcode') ?? '';
  const texts = childrenOf(at(fault, 'Reason'), 'Text').map((text) => text.text.trim());
  const reason = texts.find((text) => text !== '') ?? textAt(fault, 'Reason') ?? textAt(fault, 'faultstring') ?? '';
  return new SoapFault(plain(withoutPrefix(code)), subcodes, plain(reason));
}

const REFUSAL = new Set(['NotAuthorized', 'FailedAuthentication', 'SenderNotAuthorized', 'InvalidSecurityToken']);

/** The user, the password or the time of the token was not taken. */
export function refusesCredentials(fault: SoapFault): boolean {
  if ([fault.faultCode, ...fault.subcodes].some((code) => REFUSAL.has(code))) return true;
  return fault.subcodes.length === 0 && /not authori[sz]ed/i.test(fault.reason);
}

const NOT_OFFERED = new Set(['ActionNotSupported', 'OptionalActionNotImplemented', 'ActionNotImplemented']);

/** The camera has no such operation; everything else of it goes on. */
export function refusesOperation(error: unknown): boolean {
  const fault = faultOf(error);
  return fault !== undefined && [fault.faultCode, ...fault.subcodes].some((code) => NOT_OFFERED.has(code));
}

/** What the call was for is gone at the camera (WS-ResourceFramework). */
export function deniesResource(error: unknown): boolean {
  const fault = faultOf(error);
  return fault !== undefined && [fault.faultCode, ...fault.subcodes].some((code) => code.startsWith('ResourceUnknown'));
}

/** The fault behind a typed error, where there is one. */
export function faultOf(error: unknown): SoapFault | undefined {
  return error instanceof AnGridError && error.cause instanceof SoapFault ? error.cause : undefined;
}

function withoutPrefix(qname: string): string {
  return qname.slice(qname.indexOf(':') + 1);
}

/** Text of a camera, short enough and safe to stand in a log line. */
export function plain(text: string): string {
  return text.replace(/[\p{C}\p{Z}]+/gu, ' ').slice(0, 200);
}
