import type { Compound, Notice } from './admin-types.js';
import type { Http } from './http.js';

export const compoundsApi = (http: Http) => ({
  list: async () => (await http.get<{ compounds: Compound[] }>('/api/compounds')).compounds,
  add: (compound: Compound) => http.send<Compound>('POST', '/api/compounds', compound),
  change: ({ id, ...rest }: Compound) => http.send<Compound>('PUT', `/api/compounds/${encodeURIComponent(id)}`, rest),
  notice: (compound: string) => http.get<Notice>(`/api/notice/${encodeURIComponent(compound)}`),
});
