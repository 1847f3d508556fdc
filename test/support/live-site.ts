import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { raiseStage, type Stage } from '../demo/stage.js';
import { type CameraOptions, SimulatedCamera } from '../simulators/camera/index.js';
import { CHROMIUM, QUIET } from './chromium.js';
import { angrid, Program, programs } from './program.js';
import { until } from './until.js';

const PASSWORD = 'live-camera-1';
const part = (name: string): string => `[data-test="${name}"]`;

/** A cloud, a gateway with one camera and a door that it looks at, and a browser in which an officer is signed in. */
export class LiveSite {
  static readonly password = PASSWORD;

  private constructor(
    readonly stage: Stage,
    readonly camera: SimulatedCamera,
    readonly page: Page,
    private readonly rest: { readonly folder: string; readonly gateway: Program; readonly browser: Browser },
  ) {}

  static async open(options: Pick<CameraOptions, 'video' | 'onPicture'> = {}): Promise<LiveSite> {
    const folder = await mkdtemp(join(tmpdir(), 'angrid-live-'));
    const environment = {
      ANGRID_GATEWAY_DATA: join(folder, 'gateway'),
      ANGRID_GATEWAY_BROKER_TLS: '127.0.0.1:0',
      ANGRID_GATEWAY_METRICS: '127.0.0.1:0',
      ANGRID_GATEWAY_CAMERAS_NETWORKS: '127.0.0.0/8',
      ANGRID_GATEWAY_MEDIA_RING: join(folder, 'ring'),
    };
    const [stage, camera, browser] = await Promise.all([
      raiseStage({ folder, port: 0, onLine: () => undefined }),
      SimulatedCamera.start({
        ...{ id: 'live-cam', name: 'live', user: 'onvif', password: PASSWORD, multicast: false },
        ...{ cacheDir: join(tmpdir(), 'angrid-streams'), ...options },
      }),
      chromium.launch({ executablePath: CHROMIUM, args: [...QUIET] }),
    ]);
    await angrid(['init', '--cloud', stage.httpsUrl, '--code', stage.enrolmentCode, '--name', 'live'], environment);
    const gateway = Program.start(programs.cli, ['run'], { environment });
    await gateway.line(({ msg }) => msg === 'the gateway runs');
    const secret = join(folder, 'camera.password');
    await writeFile(secret, PASSWORD, { mode: 0o600 });
    const place = ['--place', 'south-gate'];
    const access = ['--address', camera.onvifAddress, '--user', 'onvif', '--password-file', secret];
    await angrid(['device', 'add', 'cam', '--name', 'Gate', '--profile', 'camera', ...access, ...place], environment);
    await angrid(['device', 'add', 'gate', '--profile', 'json-panel', ...place, '--camera', 'cam'], environment);
    await until('the camera streams', async () => {
      const { streams } = await angrid<{ streams: Readonly<Record<string, string>> }>(['status'], environment);
      return streams['cam'] === 'running' || undefined;
    });
    await until('the cloud knows the camera of the door', async () => {
      const { doors } = await stage.police.get<{ doors: readonly { cameras: readonly object[] }[] }>('/api/doors');
      return doors.some(({ cameras }) => cameras.length === 1) || undefined;
    });
    const page = await (await browser.newContext({ locale: 'en' })).newPage();
    page.setDefaultTimeout(30_000);
    const site = new LiveSite(stage, camera, page, { folder, gateway, browser });
    await site.signIn();
    return site;
  }

  /** The live view of the door's camera, in this state. */
  static state(name: 'playing' | 'ended' | 'refused'): string {
    return `${part('live')}[data-state="${name}"]`;
  }

  /** Opens the camera of the door with a reason; resolves when its picture moves. */
  async openLive(): Promise<void> {
    const { page, stage } = this;
    await page.goto(`${stage.url}/doors`);
    await page.locator(part('door-row')).first().click();
    await page.locator(part('live-open')).click();
    await this.field('live-reason', 'textarea').fill('to verify');
    await page.locator(part('live-submit')).click();
    await page.locator(LiveSite.state('playing')).waitFor();
  }

  async close(): Promise<void> {
    const { folder, gateway, browser } = this.rest;
    await browser.close();
    await gateway.stop();
    await this.camera.stop();
    await this.stage.stop();
    await rm(folder, { recursive: true, force: true });
  }

  private async signIn(): Promise<void> {
    const { page, stage } = this;
    const account = stage.logins.find(({ login }) => login === 'police');
    await page.goto(`${stage.url}/login`);
    await this.field('login-name', 'input').fill('police');
    await this.field('login-password', 'input').fill(account?.password ?? '');
    await page.locator(part('login-submit')).click();
    await page.locator(part('wall')).waitFor();
  }

  private field(name: string, tag: 'input' | 'textarea') {
    return this.page.locator(`${tag}${part(name)}, ${part(name)} ${tag}`).first();
  }
}
