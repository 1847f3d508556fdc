import { type Playbook, playbookSchema } from '../playbooks/playbook.js';

export const words = (text: string) => ({ 'zh-CN': text, en: text });
export const duty = (heldBy: readonly string[], officer = false) => ({ name: words('duty'), heldBy, officer });

export const duties = {
  'property-manager': duty(['property-manager']),
  confirmer: duty(['property-manager', 'grid-member']),
  'station-desk': duty(['police']),
  'handling-officer': duty(['police'], true),
  'responsible-officer': duty(['police', 'grid-member'], true),
  'grid-member': duty(['grid-member']),
  'grid-head': duty(['grid-member']),
  'village-committee': duty(['grid-member']),
  'station-head': duty(['police'], true),
  mediator: duty(['grid-member']),
};

/** A playbook with these routes and ladders, and the same people. */
export function playbookWith(part: Record<string, unknown>): Playbook {
  const level = (number: number, kind: string) => ({ level: number, name: words(kind), kinds: [kind] });
  return playbookSchema.parse({
    id: 'test',
    version: 1,
    name: words('test'),
    summary: words('test'),
    trees: [{ id: 'suxi', name: words('tree'), levels: [level(0, 'town'), level(2, 'village'), level(3, 'building')] }],
    duties,
    departments: { 'four-platforms': { name: words('platforms') }, market: { name: words('market') } },
    groups: { tower: { name: words('tower group'), duties: ['grid-member', 'mediator'] } },
    workingHours: ['08:30-12:00', '14:00-18:00'],
    categories: {
      order: { name: words('order'), police: true, events: ['door.forced', 'sos.raised'], reports: ['disturbance'] },
      damage: {
        name: words('damage'),
        police: false,
        events: ['door.held_open'],
        reports: ['damage'],
        department: 'market',
      },
    },
    classification: { unclear: 'order', urgent: [1] },
    ...part,
  });
}

const unconfirmed = { source: ['device'], confirmed: false };
export const pushes = playbookWith({
  routes: [
    {
      id: 'inform',
      when: { source: ['device'] },
      legs: [{ role: 'property-manager', to: { duty: 'property-manager' } }],
    },
    {
      id: 'look',
      when: { ...unconfirmed, severity: [1] },
      legs: [{ role: 'confirmer', to: { duty: 'confirmer' }, within: '30s', ladder: 'confirmers' }],
    },
    {
      id: 'three-pushes',
      when: { confirmed: true },
      legs: [
        { role: 'handling-officer', to: { duty: 'handling-officer' }, settle: '2h' },
        { role: 'responsible-officer', to: { duty: 'responsible-officer', unit: 'territory' } },
        { role: 'four-platforms', to: { department: 'four-platforms' }, channels: ['webhook'] },
      ],
    },
  ],
  ladders: {
    confirmers: {
      name: words('confirmers'),
      rungs: [
        { to: { duty: 'station-desk', unit: 'parent' }, within: '30s' },
        { to: { duty: 'property-manager' }, within: '30s' },
      ],
    },
  },
});
