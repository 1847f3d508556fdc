import { readFile } from 'node:fs/promises';
import { AnGridError } from '@angrid/contract';
import type { CloudSettings } from '../config/settings.js';
import { missingYears, type Workdays, workdayOverridesSchema, workdaysOfChina } from '../rosters/workdays.js';
import { localMoment } from '../rosters/local-time.js';
import { playbooksFolder, readPlaybooks } from './library.js';
import type { Playbook } from './playbook.js';
import { readYaml } from './read-yaml.js';

/** The playbooks of this cloud and the calendar: files, read once a process. */
export interface Governance {
  readonly playbooks: ReadonlyMap<string, Playbook>;
  /** Id of the playbook of compounds that name none. */
  readonly standard: string;
  readonly workdays: Workdays;
  /** IANA zone in which rosters are kept. */
  readonly zone: string;
}

type GovernanceSettings = CloudSettings['governance'];

/** Reads the files: they come with the program and its settings, as its migrations do. Throws playbook.unreadable and playbook.invalid. */
export async function openGovernance({
  playbook,
  folder,
  calendar,
  timeZone,
}: GovernanceSettings): Promise<Governance> {
  const playbooks = await readPlaybooks([playbooksFolder, ...(folder === undefined ? [] : [folder])]);
  const overrides = calendar === undefined ? undefined : await readOverrides(calendar);
  const read = { playbooks, standard: playbook, workdays: workdaysOfChina(overrides), zone: timeZone };
  playbookOf(read, null);
  return read;
}

/** The playbook of a compound; null: the standard one. Throws playbook.invalid where there is none of that name. */
export function playbookOf({ playbooks, standard }: Governance, id: string | null): Playbook {
  const playbook = playbooks.get(id ?? standard);
  if (playbook) return playbook;
  const detail = `there is none of this name; there are ${[...playbooks.keys()].join(', ')}`;
  throw new AnGridError('playbook.invalid', { op: 'playbook.choose', subject: id ?? standard, detail });
}

/** Years whose holidays nobody has told the cloud. */
export function yearsMissing({ workdays, zone }: Governance, now: Date): readonly number[] {
  return missingYears(workdays, localMoment(now, zone).date);
}

async function readOverrides(file: string) {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AnGridError('playbook.unreadable', { op: 'calendar.read', subject: file, cause });
  });
  return readYaml(workdayOverridesSchema, text, file);
}
