import { type Http, withQuery } from './http.js';
import type { DeviceRef, Named, Presence } from './types.js';

/** x and y are shares of the plan's width and height, from the upper left. */
export interface PlanSpot extends DeviceRef {
  readonly state: Presence;
  readonly x: number;
  readonly y: number;
}

export interface FloorPlan extends Named {
  readonly compound: Named;
  readonly width: number;
  readonly height: number;
  readonly devices: readonly PlanSpot[];
}

export interface Spot {
  readonly plan: string;
  readonly x: number;
  readonly y: number;
}

interface Ref {
  readonly id: string;
  readonly compound: { readonly id: string };
}

const at = ({ id, compound }: Ref) => `${encodeURIComponent(compound.id)}/${encodeURIComponent(id)}`;

export const floorPlansApi = (http: Http) => ({
  list: async (compound: string) => (await http.get<{ plans: FloorPlan[] }>('/api/floor-plans', { compound })).plans,
  add: (plan: { readonly compound: string; readonly name: string }, picture: Blob) =>
    http.send<{ id: string }>('POST', withQuery('/api/floor-plans', plan), picture),
  remove: (plan: Ref) => http.send('DELETE', `/api/floor-plans/${at(plan)}`),
  hang: (device: Ref, spot: Spot | null) => http.send('PUT', `/api/devices/${at(device)}/spot`, { spot }),
});

export const pictureOfPlan = (plan: Ref): string => `/api/floor-plans/${at(plan)}/picture`;
