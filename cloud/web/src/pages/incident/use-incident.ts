import { computed, type ComputedRef, type Ref, shallowRef, watch } from 'vue';
import type { DeviceEvent, Incident, IncidentDetail } from '../../api/types.js';
import { useApi } from '../../stores/api.js';
import { useLive } from '../../stores/live.js';
import { useLoading } from '../../stores/loading.js';
import { useSession } from '../../stores/session.js';
import { isReported } from '../wall/facts.js';
import { eventsAround } from './axis-items.js';
import { withHeard } from './with-heard.js';

/** Devices whose events are laid on the axis; an incident of more is no longer read from one axis. */
const MOST_DEVICES = 3;

export interface OpenIncident {
  /** The detail, with whatever the feed has said since. */
  readonly incident: ComputedRef<IncidentDetail | undefined>;
  readonly events: Readonly<Ref<readonly DeviceEvent[]>>;
  readonly error: Readonly<Ref<unknown>>;
  load(): Promise<void>;
  take(changed: Incident): void;
}

export function useIncident(id: () => string): OpenIncident {
  const api = useApi();
  const live = useLive();
  const session = useSession();
  const events = shallowRef<readonly DeviceEvent[]>([]);
  const detail = shallowRef<IncidentDetail>();

  const { error, load } = useLoading(async () => {
    detail.value = await api.incidents.get(id());
    return detail.value;
  });
  const heard = computed(() => live.board.value.incidents.get(id()));
  const incident = computed(() => {
    const known = detail.value;
    if (!known || known.id !== id()) return undefined;
    return heard.value && heard.value.version >= known.version ? withHeard(known, heard.value) : known;
  });

  watch(heard, (now, before) => {
    if (now && now !== before && detail.value) void load();
  });
  watch(
    () => detail.value?.alerts.length,
    async () => {
      const known = detail.value;
      if (!known || !session.can('seeDevices')) return;
      events.value = eventsAround(await loadEvents(known), known);
    },
  );

  async function loadEvents({ alerts, compound }: IncidentDetail): Promise<DeviceEvent[]> {
    const devices = [...new Set(alerts.filter((alert) => !isReported(alert)).map(({ device }) => device.id))].slice(
      0,
      MOST_DEVICES,
    );
    const lists = devices.map((device) => api.devices.events({ id: device, compound }, { limit: 50 }).catch(() => []));
    return (await Promise.all(lists)).flat();
  }

  return {
    incident,
    events,
    error,
    load,
    take: (changed) => {
      if (detail.value) detail.value = { ...detail.value, ...changed };
      live.take(changed);
    },
  };
}
