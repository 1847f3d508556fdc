import { Secret } from '@angrid/runtime';
import { z } from 'zod';
import type { ControlWorks } from '../gateway.js';
import type { CredentialRow } from './answers.js';
import { bodyAs, type ControlRoute, route } from './route.js';

const credentialSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  user: z.string().min(1).max(64),
  password: z.string().min(1).max(128),
  cameras: z.array(z.string().min(1).max(64)).max(1000).default([]),
});

/** The site's logins for cameras. No password ever comes out again. */
export function credentialRoutes(works: ControlWorks): ControlRoute[] {
  const rows = (): readonly CredentialRow[] =>
    works.credentials.all().map(({ name, user, cameras }) => ({ name, user, cameras }));
  return [
    route('GET', '/credentials', () => ({ json: rows() })),
    route('POST', '/credentials', async (call) => {
      const { password: text, ...rest } = bodyAs(credentialSchema, call, 'credential.add');
      const password = new Secret(text);
      works.redactor.register(password);
      await works.credentials.put({ ...rest, password });
      return { json: rows() };
    }),
    route('POST', '/credentials/reset', async () => {
      await works.credentials.reset();
      return { json: rows() };
    }),
    route('DELETE', '/credentials/:name', async ({ params: [name = ''] }) => {
      await works.credentials.remove(name);
      return { json: rows() };
    }),
  ];
}
