import { randomBytes } from 'node:crypto';
import { openOutbox } from '@angrid/gateway/outbox/open-outbox';
import { dataLayout } from '@angrid/gateway/identity/layout';
import { Identity } from '@angrid/gateway/identity/identity';
import { bootId, machineId } from '@angrid/gateway/identity/machine';
import { silentLog, SystemClock } from '@angrid/runtime';

const AT_ONCE = 2000;
const LINE_BYTES = 950;

/** Fills the outbox of a gateway that does not run with records that wait for the cloud. */
export async function fillOutbox(data: string, rows: number): Promise<void> {
  const { gateway } = await (await Identity.open(dataLayout(data).identity)).enrolment();
  const outbox = await openOutbox({
    dataFolder: data,
    gateway,
    clock: new SystemClock(),
    log: silentLog,
    machine: await machineId(data),
    boot: await bootId(),
    facts: () => ({ purpose: 'public-safety', siteClass: 'art7' }),
  });
  for (let done = 0; done < rows; done += AT_ONCE) {
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, rows - done) }, () => {
        const id = randomBytes(32).toString('hex');
        const json = `{"specversion":"1.0","id":"${id}","data":"`.padEnd(LINE_BYTES - 2, 'x') + '"}';
        return outbox.append({ event: id, drafts: [{ id, lane: 'record', json }], states: [] });
      }),
    );
  }
  const { pending } = await outbox.counts();
  await outbox.close();
  if (pending.record < rows) throw new Error(`only ${pending.record} of ${rows} rows are in the outbox`);
}
