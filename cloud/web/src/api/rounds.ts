import type { Http, Query } from './http.js';
import type {
  CareConsent,
  CareTask,
  ConsentDraft,
  DailyList,
  Patrol,
  PatrolDraft,
  SeenItem,
  Visit,
} from './people-types.js';

const patrol = (id: string): string => `/api/patrols/${encodeURIComponent(id)}`;

export const roundsApi = (http: Http) => ({
  patrols: async (query: Query = {}) => (await http.get<{ patrols: Patrol[] }>('/api/patrols', query)).patrols,
  addPatrol: (draft: PatrolDraft) => http.send<{ id: string }>('POST', '/api/patrols', draft),
  endPatrol: (id: string) => http.send('POST', `${patrol(id)}/end`),
  signRound: (id: string, seen: readonly SeenItem[]) => http.send('POST', `${patrol(id)}/rounds`, { seen }),
  day: (unit: string, date?: string) => http.get<DailyList>('/api/daily-list', { unit, date }),
  addVisit: (visit: Visit) => http.send<{ id: string }>('POST', '/api/daily-list/visits', visit),
  closeDay: (unit: string, date: string, text: string) =>
    http.send<DailyList>('POST', '/api/daily-list/close', { unit, date, text }),
  care: () => http.get<{ tasks: CareTask[]; consents: CareConsent[] }>('/api/care'),
  addConsent: (draft: ConsentDraft) => http.send<{ id: string }>('POST', '/api/care/consents', draft),
  revokeConsent: (id: string) => http.send('POST', `/api/care/consents/${encodeURIComponent(id)}/revoke`),
  answerCare: (id: string, outcome: 'met' | 'away' | 'not-met') =>
    http.send('POST', `/api/care/tasks/${encodeURIComponent(id)}`, { outcome }),
});
