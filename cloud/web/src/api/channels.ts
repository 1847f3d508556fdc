import type { ChannelTarget, LegPage, PhoneAction, SendOutcome, TargetDraft } from './channel-types.js';
import type { Http } from './http.js';

const target = (id: string): string => `/api/channel-targets/${encodeURIComponent(id)}`;
const link = (token: string): string => `/api/m/${encodeURIComponent(token)}`;

export const channelsApi = (http: Http) => ({
  list: async () => (await http.get<{ targets: ChannelTarget[] }>('/api/channel-targets')).targets,
  add: (draft: TargetDraft) => http.send<{ id: string }>('POST', '/api/channel-targets', draft),
  change: (id: string, changes: Partial<TargetDraft>) => http.send('PUT', target(id), changes),
  test: (id: string) => http.send<SendOutcome>('POST', `${target(id)}/test`),
  disable: (id: string) => http.send('POST', `${target(id)}/disable`),
  enable: (id: string) => http.send('POST', `${target(id)}/enable`),
  /** The page behind the link on a card. */
  leg: (token: string) => http.get<LegPage>(link(token)),
  answer: (token: string, action: PhoneAction, note?: string) =>
    http.send<LegPage>('POST', link(token), { action, ...(note === undefined ? {} : { note }) }),
});
