import type { NewQuietRule, Noise, QuietProposal, QuietRule, Replay, RuleSet } from './correlation-types.js';
import type { Http } from './http.js';

export const correlationApi = (http: Http) => ({
  ruleSets: async () => (await http.get<{ ruleSets: RuleSet[] }>('/api/correlation/rule-sets')).ruleSets,
  text: async (id: number) => (await http.get<{ text: string }>(`/api/correlation/rule-sets/${id}`)).text,
  save: (text: string, note: string) => http.send<{ id: number }>('POST', '/api/correlation/rule-sets', { text, note }),
  switchOn: (id: number) => http.send('POST', `/api/correlation/rule-sets/${id}/switch-on`, {}),
  replay: (text: string, days: number) => http.send<{ id: string }>('POST', '/api/correlation/replays', { text, days }),
  replayed: (id: string) => http.get<Replay>(`/api/correlation/replays/${encodeURIComponent(id)}`),
  quiet: () => http.get<{ quietRules: QuietRule[]; proposals: QuietProposal[] }>('/api/quiet-rules'),
  beQuiet: (rule: NewQuietRule) => http.send<{ id: string }>('POST', '/api/quiet-rules', rule),
  endQuiet: (id: string) => http.send('POST', `/api/quiet-rules/${encodeURIComponent(id)}/end`, {}),
  noise: (days: number) => http.get<Noise>('/api/noise', { days }),
  merge: (id: string, into: string, version: number) =>
    http.send('POST', `/api/incidents/${encodeURIComponent(id)}/merge`, { into, version }),
  split: (id: string, alerts: readonly string[], version: number) =>
    http.send<{ id: string }>('POST', `/api/incidents/${encodeURIComponent(id)}/split`, { alerts, version }),
});
