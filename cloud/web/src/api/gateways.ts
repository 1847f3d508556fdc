import type { EnrolmentCode, Gap } from './admin-types.js';
import type { Http } from './http.js';
import type { Gateway } from './types.js';

export const gatewaysApi = (http: Http) => ({
  list: async () => (await http.get<{ gateways: Gateway[] }>('/api/gateways')).gateways,
  gaps: async (gateway: string) => (await http.get<{ gaps: Gap[] }>('/api/gaps', { gateway })).gaps,
  enrolmentCode: (compound: string) => http.send<EnrolmentCode>('POST', '/api/gateways/enrolment-codes', { compound }),
  revoke: (gateway: string, reason: string) =>
    http.send('POST', `/api/gateways/${encodeURIComponent(gateway)}/revoke`, { reason }),
});
