import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { raiseSite, type Site } from '../demo/site.js';
import { raiseStage, type Stage } from '../demo/stage.js';
import { firstIncident } from '../demo/first-incident.js';
import { CHROMIUM, QUIET } from '../support/chromium.js';

jest.setTimeout(240_000);

const DESK = { width: 1366, height: 768 };
const PHONE = { width: 390, height: 844 };
const shots = process.env['ANGRID_SCREENSHOTS'];

describe('the console in a real browser', () => {
  let folder: string;
  let stage: Stage;
  let site: Site;
  let browser: Browser;
  let page: Page;
  let pulse: NodeJS.Timeout;
  const failures: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'angrid-console-'));
    const onLine = (): void => undefined;
    stage = await raiseStage({ folder, port: 0, onLine });
    site = await raiseSite({ folder, cloud: stage.httpsUrl, code: stage.enrolmentCode, onLine });
    pulse = setInterval(() => {
      for (const panel of [site.southGate, site.building1, site.building2]) panel.heartbeat().catch(() => undefined);
    }, 20_000);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: [...QUIET] });
    page = await (await browser.newContext({ viewport: DESK, locale: 'zh-CN' })).newPage();
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => failures.push(error.message));
    page.on('console', (message) => message.type() === 'error' && failures.push(message.text()));
  });

  afterAll(async () => {
    clearInterval(pulse);
    await browser?.close();
    await site?.stop();
    await stage?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const test = (name: string): string => `[data-test="${name}"]`;
  const shoot = async (name: string): Promise<void> => {
    if (shots === undefined) return;
    await mkdir(shots, { recursive: true });
    await page.screenshot({ path: join(shots, `${name}.png`) });
  };
  const signIn = async (login: string): Promise<void> => {
    const account = stage.logins.find((candidate) => candidate.login === login);
    await page.goto(`${stage.url}/login`);
    await page
      .locator(`${test('login-name')} input, input${test('login-name')}`)
      .first()
      .fill(login);
    await page
      .locator(`${test('login-password')} input, input${test('login-password')}`)
      .first()
      .fill(account?.password ?? '');
    await page.locator(test('login-submit')).click();
    await page.locator(test('wall')).waitFor();
  };

  it('refuses a wrong password and says the cure', async () => {
    await page.goto(`${stage.url}/`);
    await page.locator(test('login-form')).waitFor();
    await page
      .locator(`${test('login-name')} input, input${test('login-name')}`)
      .first()
      .fill('police');
    await page
      .locator(`${test('login-password')} input, input${test('login-password')}`)
      .first()
      .fill('wrong-password');
    await page.locator(test('login-submit')).click();
    await page.locator(test('login-failure')).waitFor();
    expect(await page.locator(test('login-failure')).innerText()).toContain('用户名或密码错误');
    failures.length = 0;
  });

  it('shows a quiet wall that says that it is connected, and then the forced door without a reload', async () => {
    await signIn('police');
    await page.locator(test('quiet-wall')).waitFor();
    await shoot('quiet');
    await site.cameras.south.motion(true);
    await site.southGate.event('door.forced');
    const card = page.locator(test('incident-card'), { hasText: '强行开门' }).first();
    await card.waitFor({ timeout: 20_000 });
    const text = await card.innerText();
    expect(text).toContain('强行开门');
    expect(text).toContain('二级');
    expect(text).toContain('锦绣小区 3 号楼');
    await firstIncident(stage.police, join(folder, 'evidence'));
    await shoot('wall');
  });

  it('is worked by the keyboard', async () => {
    await page.keyboard.press('j');
    await page.locator(`${test('incident-card')}[aria-current="true"]`).waitFor();
    await page.keyboard.press('f');
    await page.locator(test('false-alarm-dialog')).waitFor();
    expect(await page.locator(test('undo-bar')).count()).toBe(0);
    await page.keyboard.press('2');
    await page.locator(test('undo-bar')).waitFor();
    await page.keyboard.press('z');
    await page.locator(test('undo-bar')).waitFor({ state: 'detached' });
    await page.keyboard.press('s');
    await page.locator(test('silence-dialog')).waitFor();
    await page.keyboard.press('Escape');
    await page.locator(test('silence-dialog')).waitFor({ state: 'hidden' });
    await page.keyboard.press('Enter');
    await page.locator(test('incident-page')).waitFor();
    await page.goBack();
    await page.locator(test('wall')).waitFor();
  });

  it('shows pictures only after a reason', async () => {
    await page.locator(test('incident-link')).first().click();
    await page.locator(test('incident-page')).waitFor();
    expect(await page.locator(test('evidence-picture')).count()).toBe(0);
    await page.locator(test('evidence-open')).first().click();
    await page
      .locator(
        `${test('evidence-reason')} textarea, textarea${test('evidence-reason')}, ${test('evidence-reason')} input`,
      )
      .first()
      .fill('核实警情');
    await page.locator(test('evidence-submit')).click();
    const picture = page.locator(`${test('evidence-picture')} img, img${test('evidence-picture')}`).first();
    await picture.waitFor();
    await page.waitForFunction('[...document.images].some((image) => image.complete && image.naturalWidth >= 320)');
    await shoot('incident');
  });

  it('shows the state of each door, and follows it', async () => {
    await page.goto(`${stage.url}/doors`);
    await page.locator(test('door-row')).first().waitFor();
    expect(await page.locator(test('door-row')).count()).toBe(3);
    await shoot('doors');
    await page.locator(test('door-row')).first().click();
    await page.locator(test('quiet-proof')).waitFor();
    await page.locator(test('delivery-strip')).waitFor();
    expect(await page.locator(test('quiet-proof')).getAttribute('data-proven')).toMatch(/true|false/);
    await shoot('door-drawer');
    await page.goto(`${stage.url}/outages`);
    await page.locator(test('outages')).waitFor();
  });

  it('lets the property manager change a rule after a preview, and says when the gateway works by it', async () => {
    const desk = await (await browser.newContext({ viewport: DESK, locale: 'zh-CN' })).newPage();
    const police = page;
    page = desk;
    await signIn('property');
    await page.goto(`${stage.url}/rules`);
    await page.locator(test('week-strip')).waitFor();
    await page.locator(test('rule-tailgating')).click();
    await page.locator(test('rules-review')).click();
    await page.locator(test('difference')).first().waitFor();
    expect(await page.locator(test('difference')).allInnerTexts()).toEqual([expect.stringContaining('尾随')]);
    await page.locator(test('rules-save')).click();
    await page.locator(test('rules-applied'), { hasText: '第 2 版' }).waitFor();
    await shoot('rules');
    page = police;
    await desk.context().close();
  });

  it('shows at the incident where on the floor plan the door hangs, once somebody has put it there', async () => {
    const desk = await (await browser.newContext({ viewport: DESK, locale: 'zh-CN' })).newPage();
    const [police, picture] = [page, await page.screenshot()];
    page = desk;
    await signIn('admin');
    await page.goto(`${stage.url}/linking`);
    await page.locator(test('tab-plans')).click();
    await page.locator(test('plan-add')).click();
    await page.locator(`input${test('plan-name')}`).fill('一层');
    await page.locator(test('plan-file')).setInputFiles({ name: 'plan.png', mimeType: 'image/png', buffer: picture });
    await page.locator(test('plan-save')).click();
    await page.locator(test('device'), { hasText: '小区南门' }).click();
    await page.locator(test('floor-plan')).click({ position: { x: 120, y: 80 } });
    await page.locator(test('plan-spot')).waitFor();
    await shoot('plan');
    page = police;
    await desk.context().close();
    await page.goto(`${stage.url}/`);
    const card = page.locator(test('incident-card'), { hasText: '强行开门' }).first();
    await card.locator(test('incident-link')).first().click();
    await page.locator(`${test('incident-plan')} ${test('plan-spot')}`, { hasText: '小区南门' }).waitFor();
  });

  it('speaks English as well', async () => {
    await page.locator(test('language-en')).first().click();
    await page.goto(`${stage.url}/`);
    await page.locator(test('incident-card')).first().waitFor();
    await page.locator(test('incident-card'), { hasText: 'Door forced' }).first().waitFor();
    await shoot('wall-en');
  });

  it('fits a phone without scrolling sideways', async () => {
    await page.setViewportSize(PHONE);
    const pages = ['/', '/doors', '/outages', '/units', '/patrol', '/rosters', '/silences', '/daily'];
    for (const path of [...pages, '/registers', '/playbooks', '/appraisal', '/correlation']) {
      await page.goto(`${stage.url}${path}`);
      await page.locator(test('feed-state')).first().waitFor();
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
      expect({ path, overflow: Math.max(0, overflow) }).toEqual({ path, overflow: 0 });
    }
    await shoot('phone');
    await page.setViewportSize(DESK);
  });

  it('says when a gateway has gone silent', async () => {
    await site.gateway.kill();
    await page.goto(`${stage.url}/`);
    await page
      .getByText(/silent since|失联/)
      .first()
      .waitFor({ timeout: 90_000 });
    await shoot('silent');
  });

  it('tells the public what is filmed and why, without a login', async () => {
    const visitor = await (await browser.newContext({ viewport: PHONE, locale: 'zh-CN' })).newPage();
    await visitor.goto(`${stage.url}/notice/jinxiu`);
    await visitor.locator(test('notice')).waitFor();
    expect(await visitor.locator(test('notice-cameras')).innerText()).toContain('2');
    expect(await visitor.locator(test('notice-contact')).innerText()).toContain('锦绣小区物业服务中心');
    await visitor.close();
  });

  it('throws no error in the browser', () => {
    expect(failures).toEqual([]);
  });
});
