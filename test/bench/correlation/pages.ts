import type { Decisions, IncidentChange } from '@angrid/cloud/correlation/facts';
import type { Matter } from '@angrid/cloud/dispatch/matter';
import { openRung, type OnDuty, plan, type PlannedLeg } from '@angrid/cloud/dispatch/plan';
import type { Playbook } from '@angrid/cloud/playbooks/playbook';

const everybody: OnDuty = () => undefined;

/** How many people would be paged: the pushes that a playbook opens, by the planner that dispatch uses. */
export class Pages {
  private readonly told = new Set<string>();

  constructor(private readonly playbook: Playbook) {}

  /**
   * Pushes that these decisions open; a role is told once in an incident. With each the whole of its ladder, as though
   * nobody ever answered.
   */
  of({ incidents, correlated }: Decisions, now: number): number {
    const called = new Set(correlated.map(({ incident }) => incident));
    let pages = 0;
    for (const incident of incidents.filter(({ incident: id }) => called.has(id))) {
      const matter = matterOf(incident);
      const found = plan(this.playbook, matter, {
        ...{ hours: 'working', onDuty: everybody, silences: [], now: new Date(now) },
      });
      for (const leg of found.legs.filter(({ role }) => !this.told.has(`${incident.incident}/${role}`))) {
        pages += 1 + rungsOf(leg, matter);
      }
      for (const { role } of found.legs) this.told.add(`${incident.incident}/${role}`);
    }
    return pages;
  }
}

function rungsOf({ role, ladder }: PlannedLeg, matter: Matter): number {
  const opened = ladder?.rungs.flatMap((rung) => openRung({ role, ladder: null, ...rung }, matter, everybody));
  return opened?.length ?? 0;
}

function matterOf({ incident, kind, severity, unitPath, confirmedBy, exercise, restricted }: IncidentChange): Matter {
  const ids = unitPath?.split('/') ?? [];
  const own = ids.map((_, level) => ({ path: ids.slice(0, level + 1).join('/'), level }));
  return {
    ...{ incident, compound: 'c', source: 'device', event: kind, severity, confirmed: confirmedBy !== null },
    ...{ signals: [], exercise, restricted, managersEntitled: false, over: false, own, territory: own },
  };
}
