import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '@angrid/runtime';

/** The one account of a camera; the password may change while it runs. */
export interface Account {
  readonly user: string;
  password: string;
}

export type DigestAlgorithm = 'MD5' | 'SHA-256';

export interface DigestOptions {
  readonly realm: string;
  readonly account: Account;
  readonly clock: Clock;
  /** Without it the server speaks the RFC 2069 form, as most cameras do over RTSP. */
  readonly qop?: boolean;
  /** One challenge each, in this order. MD5 only by default. */
  readonly algorithms?: readonly DigestAlgorithm[];
}

const NONCE_LIFE_MS = 5 * 60_000;

/** Digest access authentication (RFC 7616, RFC 2069) for RTSP and HTTP. */
export class DigestGuard {
  private readonly key = randomBytes(32);
  private readonly algorithms: readonly DigestAlgorithm[];

  constructor(private readonly options: DigestOptions) {
    this.algorithms = options.algorithms ?? ['MD5'];
  }

  /** The values of the WWW-Authenticate headers. */
  challenges(): string[] {
    const nonce = this.nonce(Math.floor(this.options.clock.monotonic()));
    const qop = this.options.qop ? ', qop="auth"' : '';
    const name = (algorithm: DigestAlgorithm): string => (this.options.qop ? `, algorithm=${algorithm}` : '');
    return this.algorithms.map(
      (algorithm) => `Digest realm="${this.options.realm}", nonce="${nonce}"${qop}${name(algorithm)}`,
    );
  }

  /** Whether an Authorization header proves the password for this request. */
  accepts(header: string | undefined, method: string, uri: string): boolean {
    const fields = parseDigest(header);
    if (!fields || fields['username'] !== this.options.account.user || fields['uri'] !== uri) return false;
    const algorithm = this.algorithms.find((known) => known === (fields['algorithm'] ?? 'MD5'));
    if (!algorithm || !this.isFresh(fields['nonce'] ?? '')) return false;
    if (this.options.qop && fields['qop'] !== 'auth') return false;
    return (
      fields['response'] === digestResponse({ fields, algorithm, method, password: this.options.account.password })
    );
  }

  private nonce(issuedAt: number): string {
    const stamp = issuedAt.toString(16).padStart(14, '0');
    return stamp + createHmac('sha256', this.key).update(stamp).digest('hex').slice(0, 18);
  }

  private isFresh(nonce: string): boolean {
    const issuedAt = Number.parseInt(nonce.slice(0, 14), 16);
    if (!(this.options.clock.monotonic() - issuedAt <= NONCE_LIFE_MS)) return false;
    return nonce === this.nonce(issuedAt);
  }
}

export type DigestFields = Readonly<Record<string, string>>;

/** The fields of a Digest challenge or credential; undefined when it is of another scheme. */
export function parseDigest(header: string | undefined): DigestFields | undefined {
  if (!header || !/^digest /i.test(header)) return undefined;
  const fields: Record<string, string> = {};
  for (const match of header.slice(7).matchAll(/([a-z]+)\s*=\s*(?:"([^"]*)"|([^\s,]+))/gi)) {
    fields[(match[1] ?? '').toLowerCase()] = match[2] ?? match[3] ?? '';
  }
  return fields;
}

/** The `response` value that belongs to these fields (RFC 7616 3.4.1, or RFC 2069 without qop). */
export function digestResponse(request: {
  readonly fields: DigestFields;
  readonly algorithm: DigestAlgorithm;
  readonly method: string;
  readonly password: string;
}): string {
  const { fields, algorithm, method, password } = request;
  const hash = (text: string): string =>
    createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(text)
      .digest('hex');
  const account = hash(`${fields['username']}:${fields['realm']}:${password}`);
  const target = hash(`${method}:${fields['uri']}`);
  if (fields['qop'] === undefined) return hash(`${account}:${fields['nonce']}:${target}`);
  return hash(`${account}:${fields['nonce']}:${fields['nc']}:${fields['cnonce']}:${fields['qop']}:${target}`);
}
