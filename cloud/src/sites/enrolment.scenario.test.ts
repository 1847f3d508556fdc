import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { enrolAnswerSchema } from '@angrid/contract';
import { sql } from 'kysely';
import { CloudBench, FINGERPRINT } from '../../testing/gateway-site.js';
import { SignedGateway } from '../../testing/signed-gateway.js';
import { systemScope, withScope } from '../platform/database/index.js';
import { createCompound } from '../units/compounds.js';
import { createEnrolmentCode } from './enrolment-codes.js';
import { enrol } from './enrol.js';
import { authenticateGateway } from './gateway-authenticator.js';
import { renewToken } from './gateway-tokens.js';
import { revokeGateway } from './revoke.js';

let bench: CloudBench;
const certificates = { ca: 'PEM' };

beforeAll(async () => {
  bench = await CloudBench.open();
  await bench.system((trx) => createCompound(trx, { id: 'a', name: 'A' }, bench.now));
  await bench.system((trx) => createCompound(trx, { id: 'b', name: 'B' }, bench.now));
});

afterAll(() => bench.close());

async function codeFor(compound: string): Promise<string> {
  const request = { compound, actor: 'test', fingerprint: FINGERPRINT };
  return (await bench.system((trx) => createEnrolmentCode(trx, request, bench.now))).code;
}

const join = (gateway: SignedGateway, code: string) =>
  enrol({ db: bench.db, clock: bench.clock, certificates }, gateway.enrolRequest(code));
const authenticate = (token: string) => authenticateGateway(bench.db, bench.clock, token);
const renew = (request: ReturnType<SignedGateway['tokenRequest']>) =>
  withScope(bench.db.service, systemScope('test'), (trx) => renewToken(trx, request, bench.now));

describe('an enrolment code', () => {
  it('takes a gateway into its compound, with token, pinned CA and site configuration', async () => {
    const gateway = new SignedGateway(bench.clock);
    const answer = await join(gateway, await codeFor('a'));
    expect(enrolAnswerSchema.parse(answer)).toEqual(answer);
    expect(answer).toMatchObject({ gateway: gateway.id, certificateAuthority: 'PEM', config: { site: { id: 'a' } } });
    expect(await authenticate(answer.token.token)).toMatchObject({
      id: gateway.id,
      role: 'gateway',
      scope: { compounds: ['a'], units: 'all' },
    });
  });

  it('is bound to the CA: it ends with the beginning of its fingerprint', async () => {
    expect(await codeFor('a')).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}\.a{32}$/);
  });

  it('serves once', async () => {
    const code = await codeFor('a');
    await join(new SignedGateway(bench.clock), code);
    await expect(join(new SignedGateway(bench.clock), code)).rejects.toMatchObject({ code: 'enrol.code-invalid' });
  });

  it('serves one of many that come at the same moment', async () => {
    const code = await codeFor('a');
    const tries = Array.from({ length: 6 }, () => join(new SignedGateway(bench.clock), code));
    const outcomes = await Promise.allSettled(tries);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('lives for 15 minutes', async () => {
    const [early, late] = [await codeFor('a'), await codeFor('a')];
    await bench.clock.advance(15 * 60_000 - 1);
    await join(new SignedGateway(bench.clock), early);
    await bench.clock.advance(1);
    await expect(join(new SignedGateway(bench.clock), late)).rejects.toMatchObject({ code: 'enrol.code-invalid' });
  });

  it('may be typed in small letters, with O for 0 and I for 1', async () => {
    const code = await codeFor('a');
    await join(new SignedGateway(bench.clock), code.toLowerCase().replaceAll('0', 'o').replace(/1/g, 'i'));
  });

  it.each(['', 'x', '0000-0000-0000-0000-0000', `0000-0000-0000-0000-0000.${'a'.repeat(32)}`])(
    'is not %j',
    async (code) => {
      await expect(join(new SignedGateway(bench.clock), code)).rejects.toMatchObject({ code: 'enrol.code-invalid' });
    },
  );

  it('is nowhere in the database', async () => {
    const code = await codeFor('a');
    const rows = await bench.rows(sql`select * from enrolment_codes`);
    expect(JSON.stringify(rows)).not.toContain(code.slice(0, 24));
  });

  it('does not serve who does not hold the key, and is not used up by that', async () => {
    const code = await codeFor('a');
    const [gateway, thief] = [new SignedGateway(bench.clock), new SignedGateway(bench.clock)];
    const stolen = { ...thief.enrolRequest(code), publicKey: gateway.publicKey };
    const attempt = enrol({ db: bench.db, clock: bench.clock, certificates }, stolen);
    await expect(attempt).rejects.toMatchObject({ code: 'gateway.bad-signature' });
    await join(gateway, code);
  });

  it('brings a gateway back under the same id, but never into another compound', async () => {
    const gateway = new SignedGateway(bench.clock);
    await join(gateway, await codeFor('a'));
    await bench.system((trx) => revokeGateway(trx, gateway.id, bench.now));
    const again = await join(gateway, await codeFor('a'));
    expect(again.gateway).toBe(gateway.id);
    expect(await authenticate(again.token.token)).toBeDefined();
    await expect(join(gateway, await codeFor('b'))).rejects.toMatchObject({ code: 'subject.conflict' });
  });
});

describe('a token', () => {
  it('is replaced on a request that the key has signed; the one before serves no longer', async () => {
    const gateway = new SignedGateway(bench.clock);
    const { token: first } = await join(gateway, await codeFor('a'));
    const second = await renew(gateway.tokenRequest());
    expect(await authenticate(first.token)).toBeUndefined();
    expect(await authenticate(second.token)).toMatchObject({ id: gateway.id });
  });

  it('lives for a day', async () => {
    const { token } = await join(new SignedGateway(bench.clock), await codeFor('a'));
    expect(Date.parse(token.expiresAt) - bench.clock.wall()).toBe(86_400_000);
    await bench.clock.advance(86_400_000);
    expect(await authenticate(token.token)).toBeUndefined();
  });

  it('is not given twice for one request, nor for one that is older than five minutes', async () => {
    const gateway = new SignedGateway(bench.clock);
    await join(gateway, await codeFor('a'));
    const request = gateway.tokenRequest();
    await renew(request);
    await expect(renew(request)).rejects.toMatchObject({ code: 'gateway.bad-signature' });
    const old = gateway.tokenRequest(new Date(bench.clock.wall() - 5 * 60_000 - 1));
    await expect(renew(old)).rejects.toMatchObject({ code: 'gateway.bad-signature' });
    const fast = gateway.tokenRequest(new Date(bench.clock.wall() + 5 * 60_000));
    await expect(renew(fast)).resolves.toBeDefined();
  });

  it('is not given to who signs with another key, nor to a gateway that nobody knows', async () => {
    const [gateway, other] = [new SignedGateway(bench.clock), new SignedGateway(bench.clock)];
    await join(gateway, await codeFor('a'));
    const forged = { ...other.tokenRequest(), gateway: gateway.id };
    await expect(renew(forged)).rejects.toMatchObject({ code: 'gateway.bad-signature' });
    await expect(renew(other.tokenRequest())).rejects.toMatchObject({ code: 'gateway.bad-signature' });
  });

  it('of a revoked gateway is refused as such, and a new one is not given', async () => {
    const gateway = new SignedGateway(bench.clock);
    const { token } = await join(gateway, await codeFor('a'));
    await bench.system((trx) => revokeGateway(trx, gateway.id, bench.now));
    await expect(authenticate(token.token)).rejects.toMatchObject({ code: 'gateway.revoked' });
    await expect(renew(gateway.tokenRequest())).rejects.toMatchObject({ code: 'gateway.revoked' });
  });
});
