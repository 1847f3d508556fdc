import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MockIm } from '../simulators/im/mock-im.js';
import { PlatformsInbox } from '../simulators/platforms/platforms-inbox.js';
import { newPassword, setupLinkIn, startCloudProgram } from '../support/cloud-program.js';
import { ConsoleClient } from '../support/console-client.js';
import type { Program } from '../support/program.js';
import { joinChats, openChats } from './chats.js';

export interface Login {
  readonly login: string;
  readonly password: string;
  readonly label: string;
}

/** The cloud of the demo: running, with its compound, places, units and people. */
export interface Stage {
  readonly cloud: Program;
  readonly platforms: PlatformsInbox;
  readonly im: MockIm;
  readonly url: string;
  readonly httpsUrl: string;
  readonly logins: readonly Login[];
  readonly administrator: ConsoleClient;
  readonly police: ConsoleClient;
  readonly enrolmentCode: string;
  stop(): Promise<void>;
}

export interface StageOptions {
  readonly folder: string;
  readonly port: number;
  onLine(program: string, line: string): void;
}

const COMPOUND = 'jinxiu';
/** Suxi town and one of its villages, as paths of the seeded tree have them. */
const TOWN = 'suxi';
const VILLAGE = '330782105002';

export async function raiseStage({ folder, port, onLine }: StageOptions): Promise<Stage> {
  const secret = `whsec_${randomBytes(24).toString('base64')}`;
  const platforms = await PlatformsInbox.start(secret);
  await mkdir(folder, { recursive: true });
  const secretFile = join(folder, 'four-platforms.secret');
  await writeFile(secretFile, secret, { mode: 0o600 });
  const chats = await openChats(folder, port);
  const label = '平台管理员 Administrator';
  const options = {
    folder,
    port: chats.port,
    environment: {
      ...chats.environment,
      ANGRID_CLOUD_FOUR_PLATFORMS_URL: platforms.url,
      ANGRID_CLOUD_FOUR_PLATFORMS_SECRET: `file:${secretFile}`,
    },
    onLine: (line: string) => onLine('cloud', line),
  };
  const started = await startCloudProgram(options, { login: 'admin', label });
  const { program: cloud, url, httpsUrl, administrator, password } = started;
  await makeCompound(administrator);
  await joinChats(administrator, chats.im);
  const people = await makePeople(administrator, url);
  const { code } = await administrator.post<{ code: string }>('/api/gateways/enrolment-codes', { compound: COMPOUND });
  return {
    cloud,
    platforms,
    im: chats.im,
    url,
    httpsUrl,
    logins: [...people.logins, { login: 'admin', password, label }],
    administrator,
    police: people.police,
    enrolmentCode: code,
    stop: async () => {
      await cloud.stop();
      await platforms.stop();
      await chats.im.stop();
    },
  };
}

/** A compound in a village of Suxi, its buildings as level-3 units, and the places where devices hang. */
async function makeCompound(administrator: ConsoleClient): Promise<void> {
  await administrator.post('/api/compounds', {
    id: COMPOUND,
    name: '锦绣小区',
    siteClass: 'art7',
    purpose: 'public-safety',
    timezone: 'Asia/Shanghai',
    night: '22:00-06:00',
    notice: { contact: '锦绣小区物业服务中心', purposes: ['public-safety', 'property-management'] },
    rules: {
      heldOpenSeconds: { day: 20, night: 10 },
      repeatedDenial: { count: 3, windowSeconds: 60 },
      offlineGraceSeconds: 5,
    },
  });
  for (const [building, place, name, kind] of [
    ['b1', 'b1-gate', '1 号楼单元门', 'building-door'],
    ['b2', 'b2-gate', '2 号楼单元门', 'building-door'],
    ['b3', 'south-gate', '小区南门', 'gate'],
  ] as const) {
    await administrator.post('/api/units', {
      id: `${VILLAGE}-${building}`,
      parent: VILLAGE,
      kind: 'building',
      name: `锦绣小区 ${building.slice(1)} 号楼`,
      level: 3,
    });
    await administrator.post('/api/places', {
      compound: COMPOUND,
      id: place,
      name,
      kind,
      unit: `${VILLAGE}-${building}`,
    });
  }
}

async function makePeople(administrator: ConsoleClient, url: string) {
  const wanted = [
    {
      login: 'property',
      label: '锦绣小区物业值班 Property desk',
      role: 'property-manager',
      compounds: [COMPOUND],
      unitPaths: [],
      duties: ['confirmer'],
    },
    {
      login: 'police',
      label: '苏溪派出所值班 Station desk',
      role: 'police',
      compounds: [],
      unitPaths: [TOWN],
      duties: ['handling-officer'],
    },
    {
      login: 'community',
      label: '社区民警 Community officer',
      role: 'police',
      compounds: [],
      unitPaths: [`${TOWN}/${VILLAGE}`],
      duties: ['responsible-officer'],
    },
  ];
  const logins: Login[] = [];
  const clients: ConsoleClient[] = [];
  for (const account of wanted) {
    const { link } = await administrator.post<{ link: string }>('/api/accounts', account);
    const password = newPassword();
    const client = new ConsoleClient(url);
    await client.setUp(setupLinkIn(link), password);
    logins.push({ login: account.login, password, label: account.label });
    clients.push(client);
  }
  return { logins, police: clients[1] as ConsoleClient };
}
