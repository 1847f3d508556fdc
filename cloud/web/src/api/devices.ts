import type { Delivery, Outage } from './delivery-types.js';
import type { Http, Query } from './http.js';
import type { Device, DeviceEvent, Door, Grant, Page, Place, Unit, UnitTree } from './types.js';

interface Ref {
  readonly id: string;
  readonly compound: { readonly id: string };
}

const at = ({ id, compound }: Ref) => `${encodeURIComponent(compound.id)}/${encodeURIComponent(id)}`;

export interface PlaceDraft {
  readonly compound: string;
  readonly name: string;
  readonly kind: string;
  readonly unit?: string;
}

export interface UnitDraft {
  readonly parent: string;
  readonly kind: string;
  readonly name: string;
  readonly level?: number;
  readonly form?: Unit['form'];
  readonly id?: string;
}

export const devicesApi = (http: Http) => ({
  doors: async (query: Query = {}) => (await http.get<{ doors: Door[] }>('/api/doors', query)).doors,
  list: async (query: Query = {}) => (await http.get<{ devices: Device[] }>('/api/devices', query)).devices,
  events: async (device: Ref, query: Query = {}) =>
    (await http.get<{ events: DeviceEvent[] }>(`/api/devices/${at(device)}/events`, query)).events,
  delivery: (device: Ref, hours: number) => http.get<Delivery>(`/api/devices/${at(device)}/delivery`, { hours }),
  outages: async (query: Query): Promise<Page<Outage>> => {
    const { outages, next } = await http.get<{ outages: Outage[]; next: string | null }>('/api/outages', query);
    return { items: outages, next };
  },
  putAt: (device: Ref, place: string) => http.send('PUT', `/api/devices/${at(device)}/place`, { place }),
  setCameras: (door: Ref, cameras: readonly string[]) =>
    http.send('PUT', `/api/doors/${at(door)}/cameras`, { cameras }),
  grantLive: (camera: Ref, reason: string) => http.send<Grant>('POST', `/api/cameras/${at(camera)}/live`, { reason }),
  /** The picture of a camera as it comes; ends with the grant. */
  watchLive: (grant: string, signal: AbortSignal) => http.open(`/api/live/${encodeURIComponent(grant)}`, {}, signal),
  /** Why that picture ended. */
  whyLiveEnded: async (grant: string) =>
    (await http.get<{ code: string }>(`/api/live/${encodeURIComponent(grant)}/end`)).code,
  places: async (query: Query = {}) => (await http.get<{ places: Place[] }>('/api/places', query)).places,
  addPlace: (draft: PlaceDraft) => http.send<Place>('POST', '/api/places', draft),
  changePlace: (place: Ref, change: { name?: string; unit?: string; together?: boolean }) =>
    http.send<Place>('PUT', `/api/places/${at(place)}`, change),
  addUnit: (draft: UnitDraft) => http.send<{ id: string }>('POST', '/api/units', draft),
  trees: async () => (await http.get<{ trees: UnitTree[] }>('/api/units')).trees,
});
