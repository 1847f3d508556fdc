import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GatewayProgram } from '../support/gateway-program.js';
import { WirePanel } from '../support/wire-panel.js';

let folder: string;
let gateway: GatewayProgram;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'failing-disk-'));
  gateway = await GatewayProgram.at({
    data: join(folder, 'gateway'),
    environment: { FAIL_WHEN: join(folder, 'fails') },
    node: ['--import', fileURLToPath(new URL('./failing-disk.mjs', import.meta.url))],
  });
});
afterEach(async () => {
  await gateway.kill();
  await rm(folder, { recursive: true, force: true });
});

const event = (sequence: number): string =>
  JSON.stringify({ event: 'door.forced', seq: sequence, boot: 'b1', time: new Date().toISOString(), door: '1' });

describe('a gateway whose disk fails', () => {
  it('acknowledges nothing more and ends with an error, and takes the event once it is started again', async () => {
    await gateway.enrolNowhere();
    await gateway.start();
    const [access] = await gateway.pair(['door']);
    const topic = `angrid/v1/${access!.user}/event`;
    const panel = await WirePanel.connect(access!);
    await panel.publish(topic, event(1));
    const before = await gateway.pending();

    await writeFile(join(folder, 'fails'), '');
    const refused = panel.publish(topic, event(2));
    await expect(refused).rejects.toThrow('the connection has ended');
    expect(await gateway.ended()).toBe(1);
    expect(gateway.tail()).toContain('outbox.unusable');

    await rm(join(folder, 'fails'));
    await gateway.start();
    const again = await WirePanel.connect(access!);
    await again.publish(topic, event(2), true);
    expect(await gateway.pending()).toBeGreaterThan(before);
    again.leave();
  }, 60_000);
});
