import { createHash, randomBytes } from 'node:crypto';
import type { Secret } from '@angrid/runtime';

/** A login at a device. */
export interface Credentials {
  readonly user: string;
  readonly password: Secret;
}

/** One challenge of a WWW-Authenticate header: scheme and parameters in lower case, values as they came. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = /\s*([!#$%&'*+.^_`|~\w-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]*)))?\s*(?:,\s*)*/y;

/** Reads all challenges of all headers; a header may hold several. Unreadable rests are left out. */
export function readChallenges(headers: readonly string[]): Challenge[] {
  const challenges: Challenge[] = [];
  for (const header of headers) {
    let parameters: Map<string, string> | undefined;
    TOKEN.lastIndex = 0;
    for (let match = TOKEN.exec(header); match; match = TOKEN.exec(header)) {
      const [, name = '', quoted, bare] = match;
      const value = quoted?.replace(/\\(.)/g, '$1') ?? bare;
      if (value === undefined) {
        parameters = new Map();
        challenges.push({ scheme: name.toLowerCase(), parameters });
      } else parameters?.set(name.toLowerCase(), value);
    }
  }
  return challenges;
}

const ALGORITHMS = [
  { name: 'SHA-256', hash: 'sha256', session: false },
  { name: 'SHA-256-sess', hash: 'sha256', session: true },
  { name: 'MD5', hash: 'md5', session: false },
  { name: 'MD5-sess', hash: 'md5', session: true },
] as const;

type Algorithm = (typeof ALGORITHMS)[number];

interface Accepted {
  readonly challenge: Challenge;
  readonly algorithm: Algorithm;
}

/** HTTP Digest (RFC 7616) towards ONE device. The strongest challenge wins; Basic is never answered. */
export class DigestAuth {
  private accepted: Accepted | undefined;
  private uses = 0;

  constructor(
    private readonly credentials: Credentials,
    private readonly newCnonce: () => string = () => randomBytes(16).toString('hex'),
  ) {}

  /** True once a challenge was taken: every later request carries an answer. */
  get active(): boolean {
    return this.accepted !== undefined;
  }

  /** Takes the challenges of a 401. `stale` says that only the nonce was old; `none` that none can be answered. */
  take(challenges: readonly Challenge[]): 'fresh' | 'stale' | 'none' {
    const best = strongest(challenges);
    if (!best) return 'none';
    this.accepted = best;
    this.uses = 0;
    return best.challenge.parameters.get('stale')?.toLowerCase() === 'true' ? 'stale' : 'fresh';
  }

  /** The Authorization header for one request; each call counts the nonce up. Undefined while not active. */
  header(method: string, uri: string): string | undefined {
    if (!this.accepted) return undefined;
    const { challenge, algorithm } = this.accepted;
    this.uses += 1;
    return writeAuthorization({
      algorithm,
      challenge,
      credentials: this.credentials,
      method,
      uri,
      cnonce: this.newCnonce(),
      count: this.uses.toString(16).padStart(8, '0'),
    });
  }
}

function strongest(challenges: readonly Challenge[]): Accepted | undefined {
  for (const algorithm of ALGORITHMS) {
    const challenge = challenges.find((candidate) => answers(candidate, algorithm));
    if (challenge) return { challenge, algorithm };
  }
  return undefined;
}

function answers({ scheme, parameters }: Challenge, algorithm: Algorithm): boolean {
  if (scheme !== 'digest' || !parameters.has('nonce')) return false;
  const named = parameters.get('algorithm') ?? 'MD5';
  const qop = parameters.get('qop');
  return named.toLowerCase() === algorithm.name.toLowerCase() && (qop === undefined || offersAuth(qop));
}

function offersAuth(qop: string): boolean {
  return qop.split(',').some((value) => value.trim().toLowerCase() === 'auth');
}

interface Answer {
  readonly algorithm: Algorithm;
  readonly challenge: Challenge;
  readonly credentials: Credentials;
  readonly method: string;
  readonly uri: string;
  readonly cnonce: string;
  readonly count: string;
}

function writeAuthorization(answer: Answer): string {
  const { parameters } = answer.challenge;
  const qop = parameters.has('qop') ? 'auth' : undefined;
  const opaque = parameters.get('opaque');
  const fields = [
    `username=${quote(answer.credentials.user)}`,
    `realm=${quote(parameters.get('realm') ?? '')}`,
    `nonce=${quote(parameters.get('nonce') ?? '')}`,
    `uri=${quote(answer.uri)}`,
    ...(parameters.has('algorithm') ? [`algorithm=${answer.algorithm.name}`] : []),
    `response="${response(answer, qop)}"`,
    ...(opaque === undefined ? [] : [`opaque=${quote(opaque)}`]),
    ...(qop || answer.algorithm.session ? [`cnonce="${answer.cnonce}"`] : []),
    ...(qop ? [`qop=${qop}`, `nc=${answer.count}`] : []),
  ];
  // Header values are latin-1 on the wire; the bytes of a UTF-8 user name pass through as they are.
  return Buffer.from(`Digest ${fields.join(', ')}`, 'utf8').toString('latin1');
}

function response(answer: Answer, qop: string | undefined): string {
  const hash = (text: string): string => createHash(answer.algorithm.hash).update(text, 'utf8').digest('hex');
  const { parameters } = answer.challenge;
  const nonce = parameters.get('nonce') ?? '';
  const { user, password } = answer.credentials;
  const secret = hash(`${user}:${parameters.get('realm') ?? ''}:${password.reveal()}`);
  const a1 = answer.algorithm.session ? hash(`${secret}:${nonce}:${answer.cnonce}`) : secret;
  const a2 = hash(`${answer.method}:${answer.uri}`);
  return hash(qop ? [a1, nonce, answer.count, answer.cnonce, qop, a2].join(':') : [a1, nonce, a2].join(':'));
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replace(/[\r\n]/g, '')}"`;
}
