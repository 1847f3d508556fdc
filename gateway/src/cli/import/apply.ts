import { AnGridError } from '@angrid/contract';
import type { Secret } from '@angrid/runtime';
import type { DeviceStored, Linked } from '../../control/answers.js';
import type { GatewayClient } from '../gateway-client.js';
import type { CredentialsFile } from './credentials.js';
import type { Journal } from './journal.js';
import type { PlannedRow } from './plan.js';

export interface ApplyParts {
  readonly gateway: GatewayClient;
  readonly journal: Journal;
  readonly credentials: CredentialsFile;
  readonly signal: AbortSignal;
  password(file: string): Secret;
  /** Told before each row. */
  onRow?(id: string): void;
}

export type RowOutcome = { readonly done: true } | { readonly done: false; readonly error: AnGridError };

/** Errors after which no further row can succeed. */
const ENDING: readonly string[] = ['gateway.not-running', 'gateway.socket-refused', 'gateway.not-initialised'];

/**
 * Carries a plan out: all devices first, then their links, so that a door may name a camera of a later row. A row that
 * fails does not stop the others. What is done is in the journal, so that `--resume` goes on from there.
 */
export async function applyPlan(plan: readonly PlannedRow[], parts: ApplyParts): Promise<Map<string, RowOutcome>> {
  const outcomes = new Map<string, RowOutcome>();
  const rows = plan.filter(({ action }) => action !== 'refused');
  for (const row of rows) {
    parts.onRow?.(row.wanted.id);
    outcomes.set(row.wanted.id, await outcomeOf(() => storeRow(row, parts), parts));
  }
  for (const row of rows) {
    const { id } = row.wanted;
    if (outcomes.get(id)?.done === true) outcomes.set(id, await outcomeOf(() => linkRow(row, parts), parts));
  }
  return outcomes;
}

async function outcomeOf(work: () => Promise<void>, { signal }: ApplyParts): Promise<RowOutcome> {
  try {
    await work();
    return { done: true };
  } catch (error) {
    if (signal.aborted || !(error instanceof AnGridError) || ENDING.includes(error.code)) throw error;
    return { done: false, error };
  }
}

async function storeRow(row: PlannedRow, parts: ApplyParts): Promise<void> {
  const { wanted, action, fields } = row;
  const { gateway, journal, credentials } = parts;
  const { id, place: _place, cameras: _cameras, row: _row, kind: _kind, passwordFile, serial, ...rest } = wanted;
  const found = action === 'add' && rest.address === undefined ? { serial } : {};
  const before = journal.step(id);
  // Asked before, and the answer with its password lost: a new one takes its place.
  const lost = before === 'began' && action !== 'add';
  const changed = action === 'add' || lost || fields.some((field) => field !== 'place' && field !== 'cameras');
  if (!changed) return;
  await journal.note(id, 'began');
  const password = passwordFile === undefined ? {} : { password: parts.password(passwordFile).reveal() };
  const path = `/devices/${encodeURIComponent(id)}`;
  const stored =
    action === 'add'
      ? await gateway.post<DeviceStored>('/devices', { id, ...rest, ...found, ...password })
      : await gateway.patch<DeviceStored>(path, { ...rest, ...password });
  const isPanel = stored.device.kind !== 'camera';
  const access = lost && isPanel ? (await gateway.post<DeviceStored>(`${path}/password`)).access : stored.access;
  if (access) await credentials.write(stored.device, access);
  await journal.note(id, 'stored');
}

async function linkRow({ wanted, action, fields, newCameras }: PlannedRow, parts: ApplyParts): Promise<void> {
  const { gateway, journal } = parts;
  const { id: device, place } = wanted;
  const wantsPlace = place !== undefined && (action === 'add' || fields.includes('place'));
  if (!wantsPlace && newCameras.length === 0) return;
  await gateway.post<Linked>('/links', { device, cameras: newCameras, ...(wantsPlace && { place }) });
  await journal.note(device, 'linked');
}
