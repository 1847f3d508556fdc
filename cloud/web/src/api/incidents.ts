import type { Http, Query } from './http.js';
import type {
  Alert,
  Grant,
  HandOverChoice,
  Incident,
  IncidentAction,
  IncidentDetail,
  Overview,
  Page,
} from './types.js';

export interface IncidentChange {
  readonly action: IncidentAction;
  readonly note?: string;
  /** The version that the person saw; another one is refused. */
  readonly version: number;
  /** Whom it is handed over to. */
  readonly to?: HandOverChoice['to'];
  /** Paths of units that are called, or of the one that is to put something right. */
  readonly units?: readonly string[];
  readonly deadline?: string;
}

export type LegAnswer = 'acknowledged' | 'accepted' | 'resolved' | 'returned';

export const incidentsApi = (http: Http) => ({
  overview: () => http.get<Overview>('/api/overview'),
  list: async (query: Query): Promise<Page<Incident>> => {
    const { incidents, next } = await http.get<{ incidents: Incident[]; next: string | null }>('/api/incidents', query);
    return { items: incidents, next };
  },
  alerts: async (query: Query): Promise<Page<Alert>> => {
    const { alerts, next } = await http.get<{ alerts: Alert[]; next: string | null }>('/api/alerts', query);
    return { items: alerts, next };
  },
  get: (id: string) => http.get<IncidentDetail>(`/api/incidents/${encodeURIComponent(id)}`),
  act: (id: string, change: IncidentChange) =>
    http.send<IncidentDetail>('POST', `/api/incidents/${encodeURIComponent(id)}/actions`, change),
  answerLeg: (id: string, leg: string, answer: LegAnswer) =>
    http.send<IncidentDetail>(
      'POST',
      `/api/incidents/${encodeURIComponent(id)}/legs/${encodeURIComponent(leg)}/answers`,
      { answer },
    ),
  grant: (id: string, reason: string) =>
    http.send<Grant>('POST', `/api/incidents/${encodeURIComponent(id)}/evidence-grants`, { reason }),
  fetchEvidence: (evidence: string, grantId: string) =>
    http.send<{ commandId: string }>('POST', `/api/evidence/${encodeURIComponent(evidence)}/fetch`, { grantId }),
  fetchOriginal: (evidence: string, grantId: string) =>
    http.send<{ commandId: string }>('POST', `/api/evidence/${encodeURIComponent(evidence)}/original`, { grantId }),
});

/** Where the bytes of a piece of evidence are, for a picture or a player. */
export function evidenceAddress(evidence: string, grant: string): string {
  return `/api/evidence/${encodeURIComponent(evidence)}/content?grant=${encodeURIComponent(grant)}`;
}

/** Where its small picture is; it opens under the same grant. */
export function thumbnailAddress(evidence: string, grant: string): string {
  return `/api/evidence/${encodeURIComponent(evidence)}/thumbnail?grant=${encodeURIComponent(grant)}`;
}
