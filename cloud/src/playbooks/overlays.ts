import type { Playbook } from './playbook.js';

/** An overlay of a playbook, switched on for a time (节点模式). */
export interface SwitchedOn {
  readonly overlay: string;
  readonly from: Date;
  readonly to: Date;
}

/** The playbook as it holds at a moment: with the routes, ladders, hours and duties of the overlays that are on then. */
export function effectivePlaybook(playbook: Playbook, switchedOn: readonly SwitchedOn[], at: Date): Playbook {
  const on = new Set(switchedOn.filter(({ from, to }) => from <= at && at < to).map(({ overlay }) => overlay));
  let effective = playbook;
  for (const [id, overlay] of Object.entries(playbook.overlays)) {
    if (!on.has(id)) continue;
    effective = {
      ...effective,
      routes: [...overlay.routes, ...effective.routes],
      ladders: { ...effective.ladders, ...overlay.ladders },
      workingHours: overlay.allHoursWork ? ['00:00-24:00'] : effective.workingHours,
      duties: covered(effective.duties, overlay.extraDuty),
    };
  }
  return effective;
}

function covered(duties: Playbook['duties'], extra: readonly string[]): Playbook['duties'] {
  const around = Object.entries(duties).map(([id, duty]) =>
    extra.includes(id) ? [id, { ...duty, cover: 'always' as const }] : [id, duty],
  );
  return Object.fromEntries(around) as Playbook['duties'];
}
