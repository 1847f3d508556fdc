import type { Account, AccountDraft, AuditEntry, AuditWitness } from './admin-types.js';
import type { Http, Query } from './http.js';

export const accountsApi = (http: Http) => ({
  list: async () => (await http.get<{ accounts: Account[] }>('/api/accounts')).accounts,
  add: (draft: AccountDraft) => http.send<{ account: Account; link: string }>('POST', '/api/accounts', draft),
  change: (id: string, draft: Partial<AccountDraft>) =>
    http.send<Account>('PUT', `/api/accounts/${encodeURIComponent(id)}`, draft),
  newLink: (id: string) => http.send<{ link: string }>('POST', `/api/accounts/${encodeURIComponent(id)}/link`),
  disable: (id: string) => http.send('POST', `/api/accounts/${encodeURIComponent(id)}/disable`),
  enable: (id: string) => http.send('POST', `/api/accounts/${encodeURIComponent(id)}/enable`),
  removeSecondFactor: (id: string) => http.send('DELETE', `/api/accounts/${encodeURIComponent(id)}/second-factor`),
  audit: async (query: Query) => (await http.get<{ entries: AuditEntry[] }>('/api/audit', query)).entries,
  witness: () => http.get<AuditWitness>('/api/audit/witness'),
});
