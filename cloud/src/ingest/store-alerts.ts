import { type AlertItem, type EventKind, kindDefinition, type Severity } from '@angrid/contract';
import type { Transaction } from 'kysely';
import type { Whereabouts } from '../linking/places.js';
import type { Database } from '../schema.js';
import type { IngestContext } from './context.js';
import { isRestricted } from './restricted.js';

/** An alert as the steps after ingest see it. */
export interface PlacedAlert {
  readonly alert: string;
  readonly kind: EventKind;
  readonly severity: Severity;
  readonly standing: 'alert' | 'supporting';
  readonly device: string;
  readonly placeId: string | null;
  readonly unitPath: string | null;
  readonly late: boolean;
  readonly exercise: boolean;
  /** Shown to the entitled only, and told to nobody else. */
  readonly restricted: boolean;
  readonly startedAt: Date;
  readonly evidenceFrom: readonly string[];
}

export type AlertChange = { readonly change: 'raised' | 'cleared' | 'none'; readonly alert: PlacedAlert };

/** Writes one alert item: raised where it is new, cleared where it ends an active one, none where it is known. */
export async function storeAlert(
  trx: Transaction<Database>,
  item: AlertItem,
  where: Whereabouts,
  context: IngestContext,
): Promise<AlertChange> {
  const alert = placedAlert(item, where);
  if (item.data.state === 'active') {
    const inserted = await insertAlert(trx, item, alert, context);
    return { change: inserted ? 'raised' : 'none', alert };
  }
  const cleared = await trx
    .updateTable('alerts')
    .set({ state: 'cleared', cleared_at: item.time })
    .where('alert', '=', item.data.alert)
    .where('state', '=', 'active')
    .executeTakeFirst();
  if (cleared.numUpdatedRows > 0n) return { change: 'cleared', alert };
  // The end of an alert whose beginning gave way still tells that it was there.
  const inserted = await insertAlert(trx, item, alert, context);
  return { change: inserted ? 'cleared' : 'none', alert };
}

function placedAlert(item: AlertItem, { placeId, unitPath }: Whereabouts): PlacedAlert {
  const { data, late, exercise } = item;
  return {
    alert: data.alert,
    kind: data.kind,
    severity: data.severity,
    standing: kindDefinition(data.kind).standing === 'supporting' ? 'supporting' : 'alert',
    device: data.device,
    placeId,
    unitPath,
    late,
    exercise,
    restricted: isRestricted(item),
    startedAt: new Date(data.since.wall),
    evidenceFrom: data.evidenceFrom ?? [],
  };
}

async function insertAlert(
  trx: Transaction<Database>,
  item: AlertItem,
  placed: PlacedAlert,
  context: IngestContext,
): Promise<boolean> {
  const { data } = item;
  const result = await trx
    .insertInto('alerts')
    .values({
      alert: data.alert,
      compound_id: context.compound.id,
      gateway_id: context.gateway,
      device_id: data.device,
      place_id: placed.placeId,
      unit_path: placed.unitPath,
      channel: data.channel ?? null,
      kind: data.kind,
      rule: data.rule,
      severity: data.severity,
      state: data.state,
      standing: placed.standing,
      source_kind: item.sourcekind,
      late: item.late,
      exercise: item.exercise,
      restricted: placed.restricted,
      event_ids: data.events,
      covers: data.covers === undefined ? null : JSON.stringify(data.covers),
      started_at: placed.startedAt,
      cleared_at: data.state === 'cleared' ? item.time : null,
      recorded_at: item.time,
      arrived_at: context.now,
      incident_id: null,
      retention_class: item.retentionclass,
      purpose: item.purpose,
      site_class: item.siteclass,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}
