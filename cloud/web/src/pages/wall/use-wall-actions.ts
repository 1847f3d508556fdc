import { ref } from 'vue';
import type { Incident, IncidentAction } from '../../api/types.js';
import { stageOf } from '../../feed/wall-filter.js';
import { mayDecide } from '../../session/abilities.js';
import { useApi } from '../../stores/api.js';
import { useFalseAlarms } from '../../stores/false-alarms.js';
import { useLive } from '../../stores/live.js';
import { useSession } from '../../stores/session.js';
import { useToasts } from '../../stores/toasts.js';

/** What a person does with a card, by its buttons or by the keyboard, and whether he may. */
export function useWallActions() {
  const api = useApi();
  const live = useLive();
  const session = useSession();
  const toasts = useToasts();
  const falseAlarms = useFalseAlarms();
  const busy = ref(false);

  const isPending = ({ id }: Incident): boolean => falseAlarms.dueAt(id) !== undefined;
  const mayAct = (incident: Incident): boolean =>
    session.can('actOnIncidents') && incident.state !== 'closed' && !isPending(incident);
  const mayAcknowledge = (incident: Incident): boolean => mayAct(incident) && stageOf(incident.state) === 'waiting';
  const mayMark = (incident: Incident): boolean =>
    mayAct(incident) && !incident.falseAlarm && mayDecide(session.session.value);

  async function act({ id, version }: Incident, action: IncidentAction): Promise<void> {
    busy.value = true;
    const changed = await toasts.guard(() => api.incidents.act(id, { action, version }));
    if (changed) live.take(changed);
    busy.value = false;
  }

  return {
    busy,
    mayAcknowledge,
    mayMark,
    acknowledge: (incident: Incident): Promise<void> => act(incident, 'acknowledge'),
    mark: (incident: Incident): void => falseAlarms.ask(incident),
  };
}
