import type { IncidentDetail, Leg } from '../../api/types.js';
import type { useWords } from '../../i18n.js';

type Words = Pick<ReturnType<typeof useWords>, 'pick' | 'word'>;
type Told = Pick<Leg, 'role' | 'to'>;

/** What the playbook calls whom a push is for. */
export function nameOf({ names }: Pick<IncidentDetail, 'names'>, { to, role }: Told, { pick, word }: Words): string {
  const name = names[to.id];
  return name ? pick(name) : word('leg.role', role);
}

/** Role and whom it stands for, each said once: a role that is just the duty needs no name. */
export function addresseeOf(incident: Pick<IncidentDetail, 'names'>, leg: Told, words: Words): readonly string[] {
  const [role, name] = [words.word('leg.role', leg.role), nameOf(incident, leg, words)];
  return name.startsWith(role) ? [name] : [role, name];
}
