import { isAnswered, type LegState } from './leg.js';

/** One push as far as it says when its addressee knew. */
export interface ToldLeg {
  readonly id: string;
  readonly state: LegState;
  readonly queuedAt: Date;
  readonly sentAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly readAt: Date | null;
  readonly acknowledgedAt: Date | null;
}

/** Who knew when: the earliest proof for each push. */
export interface Knowledge {
  readonly leg: string;
  /** When it was decided to tell them. */
  readonly toldAt: Date;
  /** null: no proof yet that they know. */
  readonly knewAt: Date | null;
  readonly by: 'delivered' | 'read' | 'answered' | null;
}

/** In the order in which they knew; who does not know yet comes last. */
export function whoKnewWhen(legs: readonly ToldLeg[]): readonly Knowledge[] {
  return legs.map(knowledgeOf).sort((a, b) => instant(a) - instant(b) || a.toldAt.getTime() - b.toldAt.getTime());
}

function knowledgeOf({ id, state, queuedAt, deliveredAt, readAt, acknowledgedAt }: ToldLeg): Knowledge {
  const answered = isAnswered(state) ? acknowledgedAt : null;
  const proofs = [
    { by: 'delivered' as const, at: deliveredAt },
    { by: 'read' as const, at: readAt },
    { by: 'answered' as const, at: answered },
  ].flatMap(({ by, at }) => (at === null ? [] : [{ by, at }]));
  const first = proofs.sort((a, b) => a.at.getTime() - b.at.getTime())[0];
  return { leg: id, toldAt: queuedAt, knewAt: first?.at ?? null, by: first?.by ?? null };
}

function instant({ knewAt }: Knowledge): number {
  return knewAt?.getTime() ?? Number.MAX_SAFE_INTEGER;
}
