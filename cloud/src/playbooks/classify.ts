import type { Category, MatterFacts, Playbook } from './playbook.js';

export interface Classified {
  readonly category: string;
  readonly police: boolean;
  /** What made it a police matter or not: its category, or the rule "unclear or urgent, police first". */
  readonly because: 'category' | 'unclear' | 'urgent';
  /** The department in charge. */
  readonly department: string | undefined;
}

/** Which category a matter falls in, and whether it is the police's. Unclear or urgent: police first. */
export function classify(playbook: Playbook, facts: MatterFacts): Classified {
  const { unclear, urgent } = playbook.classification;
  const found = categoryOf(playbook, facts);
  const id = found ?? unclear;
  const category = playbook.categories[id];
  const because = urgent.includes(facts.severity) ? 'urgent' : found === undefined ? 'unclear' : 'category';
  const police = because !== 'category' || category?.police !== false;
  return { category: id, police, because, department: category?.department };
}

/** What a person has chosen, else the first category that lists the kind of event or report. */
function categoryOf(playbook: Playbook, { category, event, report }: MatterFacts): string | undefined {
  if (category !== undefined && Object.hasOwn(playbook.categories, category)) return category;
  const lists = ({ events, reports }: Category): boolean =>
    (event !== undefined && events.includes(event)) || (report !== undefined && reports.includes(report));
  return Object.keys(playbook.categories).find((id) => lists(playbook.categories[id] as Category));
}
