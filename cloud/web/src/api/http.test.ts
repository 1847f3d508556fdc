import { describe, expect, it } from '@jest/globals';
import { createHttp, withQuery } from './http.js';
import { ApiProblem } from './problem.js';

interface Sent {
  readonly path: string;
  readonly init: RequestInit;
}

function httpThat(answer: () => Response | Promise<Response>) {
  const sent: Sent[] = [];
  let signedOut = 0;
  const http = createHttp({
    fetch: async (input, init) => {
      sent.push({ path: String(input), init: init ?? {} });
      return answer();
    },
    csrf: () => 'token-1',
    locale: () => 'en',
    onSignedOut: () => (signedOut += 1),
  });
  return { http, sent, signedOut: () => signedOut };
}

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });
const caught = async (work: Promise<unknown>): Promise<ApiProblem> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiProblem)) throw new Error('no problem was thrown');
  return error;
};

describe('a call', () => {
  it('that reads carries the language, and no token', async () => {
    const { http, sent } = httpThat(() => json({ ok: true }));
    expect(await http.get('/api/doors', { q: 'gate', unit: '', compound: null })).toEqual({ ok: true });
    expect(sent[0]?.path).toBe('/api/doors?q=gate');
    expect(sent[0]?.init.headers).toEqual({ 'Accept-Language': 'en', Accept: 'application/json' });
  });

  it('that changes something carries the token of the session', async () => {
    const { http, sent } = httpThat(() => new Response(null, { status: 204 }));
    expect(await http.send('POST', '/api/gateways/g/revoke', { reason: 'stolen' })).toBeUndefined();
    expect(sent[0]?.init).toMatchObject({
      method: 'POST',
      body: '{"reason":"stolen"}',
      headers: { 'X-CSRF-Token': 'token-1' },
    });
  });

  it('that is refused throws what the cloud says', async () => {
    const { http } = httpThat(() =>
      json({ code: 'incident.wrong-state', title: 'x', hint: 'y', detail: 'version 3', retry: 'never' }, 409),
    );
    const problem = await caught(http.get('/api/incidents/1'));
    expect([problem.code, problem.status, problem.detail, problem.retry]).toEqual([
      'incident.wrong-state',
      409,
      'version 3',
      'never',
    ]);
  });

  it('without a session signs the console out', async () => {
    const { http, signedOut } = httpThat(() => json({ code: 'auth.required' }, 401));
    await caught(http.get('/api/overview'));
    expect(signedOut()).toBe(1);
  });

  it('with a wrong password does not', async () => {
    const { http, signedOut } = httpThat(() => json({ code: 'auth.wrong-credentials' }, 401));
    await caught(http.send('POST', '/api/session', {}));
    expect(signedOut()).toBe(0);
  });

  it('that a proxy answers with a page of its own is an unexpected problem', async () => {
    const { http } = httpThat(() => new Response('<html>', { status: 502 }));
    expect((await caught(http.get('/api/overview'))).code).toBe('internal.unexpected');
  });

  it('that reaches nobody says so', async () => {
    const { http } = httpThat(() => Promise.reject(new TypeError('failed to fetch')));
    expect((await caught(http.get('/api/overview'))).code).toBe('network.unreachable');
  });
});

describe('the words of a problem', () => {
  it('are those of the registry, in the language that the console shows', () => {
    const problem = new ApiProblem('auth.required', 401, { title: 'as the cloud said it' });
    expect(problem.title('en')).toBe('You are not signed in');
  });

  it('are the cloud’s own where a newer cloud has a code that this console does not know', () => {
    const problem = new ApiProblem('weather.too-bad', 400, { title: 'Rain', hint: 'Wait' });
    expect([problem.title('en'), problem.hint('zh-CN')]).toEqual(['Rain', 'Wait']);
  });
});

it('an empty filter is no filter', () => {
  expect(withQuery('/api/alerts', { q: '', before: undefined, limit: 50, late: false })).toBe(
    '/api/alerts?limit=50&late=false',
  );
});
