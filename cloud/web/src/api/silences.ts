import type { Http } from './http.js';

export interface Silence {
  readonly id: string;
  readonly kind: 'silence' | 'maintenance';
  readonly compound: { readonly id: string; readonly name: string };
  readonly unit: string | null;
  readonly device: string | null;
  readonly event: string | null;
  readonly reason: string;
  readonly author: string;
  readonly from: string;
  readonly until: string;
  /** Incidents that it holds back now. */
  readonly holds: number;
}

export interface NewSilence {
  readonly compound: string;
  readonly kind: Silence['kind'];
  readonly unit: string | null;
  readonly device: string | null;
  readonly event: string | null;
  readonly reason: string;
  readonly until: string;
}

export interface Exercise {
  readonly id: string;
  readonly compound: { readonly id: string; readonly name: string };
  readonly name: string;
  readonly author: string;
  readonly from: string;
  readonly until: string;
  readonly members: number;
  /** Whether this account has joined it. */
  readonly joined: boolean;
}

export interface NewExercise {
  readonly compound: string;
  readonly name: string;
  readonly until: string;
}

const at = (path: string, id: string): string => `/api/${path}/${encodeURIComponent(id)}`;

export const silencesApi = (http: Http) => ({
  list: () => http.get<Silence[]>('/api/silences'),
  add: (silence: NewSilence) => http.send<{ id: string }>('POST', '/api/silences', silence),
  end: (id: string) => http.send('DELETE', at('silences', id)),
  exercises: () => http.get<Exercise[]>('/api/exercises'),
  openExercise: (exercise: NewExercise) => http.send<{ id: string }>('POST', '/api/exercises', exercise),
  endExercise: (id: string) => http.send('DELETE', at('exercises', id)),
  join: (id: string) => http.send('POST', `${at('exercises', id)}/members`),
  leave: (id: string) => http.send('DELETE', `${at('exercises', id)}/members`),
});
