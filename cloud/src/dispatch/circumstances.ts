import type { CloudTransaction } from '../database.js';
import { type Governance, playbookOf } from '../playbooks/governance.js';
import { overlaysAt } from '../playbooks/overlay-switches.js';
import { effectivePlaybook } from '../playbooks/overlays.js';
import type { Playbook } from '../playbooks/playbook.js';
import { onDuty } from '../rosters/roster.js';
import { loadRoster } from '../rosters/roster-rows.js';
import { hoursAt } from '../rosters/working-hours.js';
import type { LoadedMatter } from './load-matters.js';
import type { OnDuty } from './plan.js';

/** What a decision about legs may know besides the matter. */
export interface Governed {
  readonly governance: Governance;
  readonly now: Date;
}

export interface Circumstances {
  /** With the overlays that are on now. */
  playbookOf(matter: LoadedMatter): Playbook;
  hoursOf(playbook: Playbook, matter: LoadedMatter): 'working' | 'off';
  readonly onDuty: OnDuty;
}

/** Overlays and rosters of these matters. Three statements. */
export async function circumstancesOf(
  trx: CloudTransaction,
  matters: readonly LoadedMatter[],
  { governance, now }: Governed,
): Promise<Circumstances> {
  const { zone, workdays } = governance;
  const overlays = await overlaysAt(trx, now);
  const units = new Set(matters.flatMap(({ own, territory }) => [...own, ...territory].map(({ path }) => path)));
  const roster = await loadRoster(trx, [...units], { now, zone, workdays });
  return {
    playbookOf: (matter) => {
      const playbook = playbookOf(governance, matter.playbook);
      return effectivePlaybook(playbook, overlays(playbook.id), now);
    },
    hoursOf: (playbook, matter) => hoursAt(playbook, now, { zone: matter.zone, workdays }),
    onDuty: (duty, unit) => (unit === null ? undefined : onDuty(roster, duty, unit, now)),
  };
}
