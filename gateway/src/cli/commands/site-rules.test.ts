import { type SiteConfig, siteConfigSchema } from '@angrid/contract';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { controlRoutes } from '../../control/routes.js';
import { siteOf, Workshop } from '../../control/works.fixture.js';
import { Desk } from '../cli.fixture.js';

const golden = siteConfigSchema.parse(
  JSON.parse(readFileSync(new URL('../../../../cloud/contract/golden/v1/site.rules.json', import.meta.url), 'utf8')),
);

let shop: Workshop;
let desk: Desk;

beforeEach(async () => {
  shop = await Workshop.open();
  desk = await Desk.set(controlRoutes(shop.works));
});
afterEach(async () => {
  await desk.clear();
  await shop.close();
});

/** A line of a table, its columns parted by one space. */
async function linesOf(config: SiteConfig, ...argv: string[]): Promise<string[]> {
  shop.site = config;
  const { output, errors } = await desk.type(['site', 'rules', ...argv], { environment: { COLUMNS: '400' } });
  expect(errors).toBe('');
  return output.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, ' | '));
}

describe('angrid site rules', () => {
  it('of a site that says nothing shows day and night, and what holds then', async () => {
    const lines = await linesOf(siteOf());
    expect(lines).toContain('Time on site | 2026-03-01 08:00');
    expect(lines).toContain('Periods now | day');
    expect(lines).toContain('night | night | every day | 22:00-06:00');
    expect(lines).toContain('Door held open | on | after 30 s (day)');
    expect(lines).toContain('Denied then granted | off | 1 of another credential within 10 s before');
  });

  it('shows the calendar, and that rules rest in a period of it', async () => {
    shop.clock.jumpWall(Date.parse('2026-10-01T06:30:00+08:00') - shop.clock.wall());
    const lines = await linesOf(golden);
    expect(lines).toContain('Today counts as | holiday');
    expect(lines).toContain('market | 早市 | Sat holiday | 05:00-09:00 | on');
    expect(lines).toContain('2026-10-01 | holiday | 国庆节');
    expect(lines).toContain('Door forced | off | at once');
    expect(lines).toContain('Door held open | off');
  });

  it('shows a device with what is its own', async () => {
    const panel = { id: 'gate-south', kind: 'panel', profile: 'json-panel', name: '南门', user: 'gate-south' } as const;
    await shop.works.registry.put(panel);
    const lines = await linesOf(golden, '--device', 'gate-south');
    expect(lines).toContain('Hangs behind | controller-1');
    expect(lines).toContain('Door held open | on | after 45 s (own)');
    expect(lines).toContain('Tailgating | off | at once');
    expect(lines).toContain('Mains lost | on | away for 10 s, until back for 60 s');
    const { status, errors } = await desk.type(['site', 'rules', '--device', 'nobody']);
    expect([status === 0, errors]).toEqual([false, expect.stringContaining('device.unknown')]);
  });

  it('shows it as data, and in Chinese', async () => {
    shop.site = golden;
    const told = (await desk.type(['site', 'rules', '--json'])).json<Record<string, unknown>>();
    expect(told).toMatchObject({
      timezone: 'Asia/Shanghai',
      heldOpen: { on: true, seconds: 60, period: 'day' },
      periods: ['day'],
    });
    const { output } = await desk.type(['site', 'rules'], { environment: { ANGRID_LANG: 'zh-CN' } });
    expect(output).toMatch(/门超时未关 +生效/);
  });
});
