import { createRequire } from 'node:module';

/** The package says in its types that it has a default export; it is CommonJS and has none. */
export const gcoord = createRequire(import.meta.url)('gcoord') as typeof import('gcoord').default;
