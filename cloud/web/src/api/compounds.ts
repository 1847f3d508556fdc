import type { Compound, CompoundDraft, Notice } from './admin-types.js';
import type { Http } from './http.js';
import type { RulesChange, SiteRules } from './rules-types.js';

export const compoundsApi = (http: Http) => ({
  list: async () => (await http.get<{ compounds: Compound[] }>('/api/compounds')).compounds,
  add: (compound: CompoundDraft) => http.send<Compound>('POST', '/api/compounds', compound),
  change: ({ id, ...rest }: CompoundDraft) =>
    http.send<Compound>('PUT', `/api/compounds/${encodeURIComponent(id)}`, rest),
  rules: (id: string) => http.get<SiteRules>(`/api/compounds/${encodeURIComponent(id)}/rules`),
  changeRules: (id: string, change: RulesChange) =>
    http.send<SiteRules>('PUT', `/api/compounds/${encodeURIComponent(id)}/rules`, change),
  notice: (compound: string) => http.get<Notice>(`/api/notice/${encodeURIComponent(compound)}`),
});
