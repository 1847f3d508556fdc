import type { Http } from './http.js';
import type {
  ImportPreview,
  ImportQuery,
  PositionRead,
  RegisterDraft,
  RegisterEntry,
  TreeDraft,
  UnitDetail,
  UnitMap,
  UnitPart,
  Unlinked,
} from './unit-types.js';
import { withQuery } from './http.js';

const at = (id: string) => `/api/units/${encodeURIComponent(id)}`;
const key = (compound: string, id: string) => `${encodeURIComponent(compound)}/${encodeURIComponent(id)}`;

export const unitsApi = (http: Http) => ({
  detail: (id: string) => http.get<UnitDetail>(at(id)),
  map: (id: string) => http.get<UnitMap>(`${at(id)}/map`),
  move: (id: string, parent: string) => http.send('POST', `${at(id)}/move`, { parent }),
  merge: (id: string, into: string) => http.send('POST', `${at(id)}/merge`, { into }),
  split: (id: string, parts: readonly UnitPart[]) => http.send('POST', `${at(id)}/split`, { parts }),
  addTree: (draft: TreeDraft) => http.send('POST', '/api/trees', draft),
  /** Without a digest it is a dry run; with the digest of a dry run it is done. */
  import: (query: ImportQuery, file: Blob) =>
    http.send<ImportPreview>('POST', withQuery('/api/units/import', { ...query }), file),
  unlinked: () => http.get<Unlinked>('/api/linking'),
  placeIsAt: (compound: string, place: string, position: PositionRead | null) =>
    http.send('PUT', `/api/places/${key(compound, place)}/position`, { position }),
  deviceIsAt: (compound: string, device: string, position: PositionRead | null) =>
    http.send('PUT', `/api/devices/${key(compound, device)}/position`, { position }),
  entries: async (query: Readonly<Record<string, string>>) =>
    (await http.get<{ entries: RegisterEntry[] }>('/api/registers', query)).entries,
  putEntry: (draft: RegisterDraft) => http.send<{ id: string }>('POST', '/api/registers', draft),
  removeEntry: (compound: string, id: string) => http.send('DELETE', `/api/registers/${key(compound, id)}`),
});
