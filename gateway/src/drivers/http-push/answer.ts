import type { ServerResponse } from 'node:http';

/** Why a request was not taken: the closed set of values of the label `reason`. */
export type Refusal =
  | 'version'
  | 'head'
  | 'method'
  | 'expectation'
  | 'address'
  | 'no-login'
  | 'bad-login'
  | 'login-throttled'
  | 'too-many'
  | 'too-fast'
  | 'no-room'
  | 'encoding'
  | 'body-too-large'
  | 'body-timeout'
  | 'not-stored';

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Nothing more is read from this connection. */
  readonly close?: boolean;
}

const RETRY_SECONDS = '10';
const again = { 'retry-after': RETRY_SECONDS };

/** What a device is told. Short: it reads the number, and people read the words in its log. */
const refusals: Readonly<Record<Refusal, Answer>> = {
  version: { status: 505, text: 'HTTP/1.1', close: true },
  head: { status: 431, text: 'too many headers', close: true },
  expectation: { status: 417, text: '100-continue only', close: true },
  method: { status: 405, text: 'GET, POST or PUT', headers: { allow: 'GET, POST, PUT' }, close: true },
  address: { status: 404, text: 'no such address', close: true },
  'no-login': { status: 401, text: 'log in', headers: { 'www-authenticate': 'Basic realm="AnGrid"' }, close: true },
  'bad-login': { status: 403, text: 'refused', close: true },
  'login-throttled': { status: 429, text: 'refused', headers: again, close: true },
  'too-many': { status: 503, text: 'busy', headers: again, close: true },
  'too-fast': { status: 503, text: 'busy', headers: again, close: true },
  'no-room': { status: 503, text: 'busy', headers: again, close: true },
  encoding: { status: 415, text: 'no compression', close: true },
  'body-too-large': { status: 413, text: 'too large', close: true },
  'body-timeout': { status: 408, text: 'too slow', close: true },
  'not-stored': { status: 503, text: 'not stored', headers: again },
};

export function refusalOf(reason: Refusal): Answer {
  return refusals[reason];
}

export function writeAnswer(response: ServerResponse, answer: Answer): void {
  if (response.destroyed || response.headersSent) return;
  const { status, text, contentType = 'text/plain', headers = {}, close = false } = answer;
  const body = Buffer.from(text);
  response.writeHead(status, {
    'content-type': `${contentType}; charset=utf-8`,
    'content-length': body.length,
    'cache-control': 'no-store',
    ...headers,
    ...(close && { connection: 'close' }),
  });
  response.end(body);
}
