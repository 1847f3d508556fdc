import type { Http } from './http.js';
import type { PersonsReport, ReportDraft, ReportForm, ReportReceipt, ReportStanding } from './people-types.js';

const of = (compound: string): string => `/api/report/${encodeURIComponent(compound)}`;

export const reportsApi = (http: Http) => ({
  form: (compound: string) => http.get<ReportForm>(of(compound)),
  file: (compound: string, draft: ReportDraft) => http.send<ReportReceipt>('POST', of(compound), draft),
  /** Of somebody on duty, under the own account. */
  fileOnDuty: (compound: string, draft: ReportDraft) =>
    http.send<ReportReceipt>('POST', '/api/reports', { ...draft, compound }),
  addPicture: (compound: string, upload: string, picture: Blob) =>
    http.send('PUT', `${of(compound)}/picture/${encodeURIComponent(upload)}`, picture),
  standing: (code: string) => http.send<ReportStanding>('POST', '/api/report-standing', { code }),
  ofIncident: async (incident: string) =>
    (await http.get<{ reports: PersonsReport[] }>(`/api/incidents/${encodeURIComponent(incident)}/reports`)).reports,
  original: async (report: string, grant: string) =>
    (await http.get<{ text: string }>(`/api/reports/${encodeURIComponent(report)}/original`, { grant })).text,
});
