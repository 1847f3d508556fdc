import { readFile } from 'node:fs/promises';

const TICK_MS = 10;
const PAGE_KIB = 4;

/** CPU time of a process and its threads so far, ms; proc(5), fields utime and stime. */
export async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Memory that is resident, MiB; proc(5), statm. */
export async function residentMiB(pid: number): Promise<number> {
  const [, resident = '0'] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ');
  return (Number(resident) * PAGE_KIB) / 1024;
}

/** CPU seconds of some processes for 10,000 events of `work`, which tells how many there were. */
export async function cpuPer10k(pids: readonly number[], work: () => Promise<number>): Promise<number> {
  const before = await sum(pids);
  const events = await work();
  return ((await sum(pids)) - before) / 1000 / (events / 10_000);
}

async function sum(pids: readonly number[]): Promise<number> {
  let total = 0;
  for (const pid of pids) total += await cpuMs(pid);
  return total;
}
