import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnGridError } from '@angrid/contract';
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { Secret } from '../secret/secret.js';
import { defineSettings } from './define.js';
import { checkSettings, loadSettings } from './load.js';
import { sentenceOf } from './mistake.js';
import { group, setting, type SettingsOf } from './schema.js';
import { url } from './types/address.js';
import { list } from './types/list.js';
import { network } from './types/network.js';
import { port } from './types/number.js';
import { duration, size } from './types/quantity.js';
import { secret } from './types/secret-reference.js';
import { boolean, choice, text } from './types/text.js';
import { hours, timeZone } from './types/time.js';

const about = { 'zh-CN': '说明', en: 'About' };

const schema = defineSettings({
  prefix: 'ANGRID_GATEWAY',
  settings: {
    broker: group(about, {
      tls: group(about, { port: setting(port(), { about, default: 8883 }) }),
      idle: setting(duration({ min: '1s', max: '1h' }), { about, default: '30s' }),
      plain: setting(boolean(), { about, default: false }),
      plainNetwork: setting(text(), { about, optional: true, example: 'panels' }),
    }),
    cameras: group(about, { networks: setting(list(network()), { about, default: [], example: ['10.0.0.0/8'] }) }),
    cloud: group(about, {
      url: setting(url({ schemes: ['https'] }), { about, required: true, example: 'https://cloud.example' }),
      token: setting(secret(), { about, optional: true, example: 'file:/etc/angrid/token', variable: 'CLOUD_TOKEN' }),
    }),
    outbox: group(about, { quota: setting(size(), { about, default: '2GB' }) }),
    log: group(about, { level: setting(choice('debug', 'info'), { about, default: 'info', restart: false }) }),
    night: setting(hours(), { about, default: '22:00-06:00' }),
    timeZone: setting(timeZone(), { about, default: 'Asia/Shanghai', variable: 'TZ' }),
  },
  rules: [
    {
      key: 'broker.plain',
      reason: { 'zh-CN': '需要同时给出 broker.plainNetwork', en: 'needs broker.plainNetwork' },
      holds: ({ broker }) => !broker.plain || broker.plainNetwork !== undefined,
    },
  ],
});

const required = { ANGRID_GATEWAY_CLOUD_URL: 'https://cloud.example' };
const mistakes = join(import.meta.dirname, 'mistakes');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
  cpSync(mistakes, folder, { recursive: true });
  writeFileSync(join(folder, 'world-readable'), 'x');
  chmodSync(join(folder, 'world-readable'), 0o644);
});

afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

function sentences(
  source: { file?: string; environment: Record<string, string> },
  locale: 'en' | 'zh-CN' = 'en',
): string[] {
  const checked = checkSettings(schema, source);
  return 'mistakes' in checked
    ? checked.mistakes.map((mistake) => sentenceOf(mistake, locale).replaceAll(folder, ''))
    : [];
}

describe('loadSettings', () => {
  it('gives each default where nothing is said', () => {
    const settings: SettingsOf<typeof schema> = loadSettings(schema, { environment: required });
    expect(settings).toMatchObject({
      broker: { tls: { port: 8883 }, idle: 30_000, plain: false, plainNetwork: undefined },
      cameras: { networks: [] },
      cloud: { url: new URL('https://cloud.example'), token: undefined },
      outbox: { quota: 2_000_000_000 },
      log: { level: 'info' },
      night: { from: 1320, to: 360 },
      timeZone: 'Asia/Shanghai',
    });
  });

  it('has the types that the schema says', () => {
    const settings = loadSettings(schema, { environment: required });
    const typed: { port: number; level: 'debug' | 'info'; token: Secret | undefined; url: URL } = {
      port: settings.broker.tls.port,
      level: settings.log.level,
      token: settings.cloud.token,
      url: settings.cloud.url,
    };
    // @ts-expect-error an optional setting may be undefined
    const token: Secret = settings.cloud.token;
    expect([typed.port, token]).toEqual([8883, undefined]);
  });

  it('takes the file over a default, a well-known variable over the file, and its own variable over both', () => {
    const file = write(
      'order.yaml',
      'broker: {tls: {port: 1}, idle: 5s}\ntimeZone: Asia/Tokyo\ncloud: {url: https://file.example}\n',
    );
    const load = (environment: Record<string, string>) => loadSettings(schema, { file, environment });
    expect(load({})).toMatchObject({ broker: { tls: { port: 1 }, idle: 5000 }, timeZone: 'Asia/Tokyo' });
    expect(load({ TZ: 'Asia/Urumqi' }).timeZone).toBe('Asia/Urumqi');
    expect(
      load({ TZ: 'Asia/Urumqi', ANGRID_GATEWAY_TIME_ZONE: 'UTC', ANGRID_GATEWAY_BROKER_TLS_PORT: '2' }),
    ).toMatchObject({
      timeZone: 'UTC',
      broker: { tls: { port: 2 }, idle: 5000 },
    });
  });

  it('reads a list from a file and from a variable', () => {
    const file = write('list.yaml', 'cameras:\n  networks:\n    - 10.0.0.0/8\n    - fd00::/8\n');
    expect(loadSettings(schema, { file, environment: required }).cameras.networks.map(String)).toEqual([
      '10.0.0.0/8',
      'fd00::/8',
    ]);
    const environment = { ...required, ANGRID_GATEWAY_CAMERAS_NETWORKS: '10.0.0.0/8, 192.168.0.0/16' };
    expect(loadSettings(schema, { environment }).cameras.networks.map(String)).toEqual([
      '10.0.0.0/8',
      '192.168.0.0/16',
    ]);
  });

  it('takes a variable that is empty as not set', () => {
    const environment = { ...required, ANGRID_GATEWAY_BROKER_TLS_PORT: '', TZ: '', ANGRID_GATEWAY_CONFIG: '' };
    expect(loadSettings(schema, { environment })).toMatchObject({
      broker: { tls: { port: 8883 } },
      timeZone: 'Asia/Shanghai',
    });
  });

  it('takes a group without members, an empty file and a file of comments', () => {
    for (const content of ['broker:\ncloud: ~\n', '', '# nothing\n']) {
      const file = write('empty.yaml', content);
      expect(loadSettings(schema, { file, environment: required }).broker.tls.port).toBe(8883);
    }
  });

  it('takes a secret from the variable that its reference names, even where that has the prefix of the program', () => {
    const environment = {
      ...required,
      ANGRID_GATEWAY_CLOUD_TOKEN: 'env:ANGRID_GATEWAY_TOKEN_VALUE',
      ANGRID_GATEWAY_TOKEN_VALUE: 'abc',
    };
    expect(loadSettings(schema, { environment }).cloud.token?.reveal()).toBe('abc');
  });

  it('takes a secret itself from its well-known variable', () => {
    expect(loadSettings(schema, { environment: { ...required, CLOUD_TOKEN: 'abc' } }).cloud.token?.reveal()).toBe(
      'abc',
    );
  });

  it('finds the file by its argument, else by PREFIX_CONFIG, else where it stands by default', () => {
    const [named, variable, standing] = [1, 2, 3].map((port) =>
      write(`${port}.yaml`, `broker: {tls: {port: ${port}}}\n`),
    );
    const environment = { ...required, ANGRID_GATEWAY_CONFIG: variable ?? '' };
    const portOf = (source: Parameters<typeof loadSettings>[1]) => loadSettings(schema, source).broker.tls.port;
    expect(portOf({ environment, file: named, defaultFile: standing })).toBe(1);
    expect(portOf({ environment, defaultFile: standing })).toBe(2);
    expect(portOf({ environment: required, defaultFile: standing })).toBe(3);
    expect(portOf({ environment: required, defaultFile: join(folder, 'none.yaml') })).toBe(8883);
  });

  it('lists every mistake in one error whose code is that of the first', () => {
    const file = write('many.yaml', 'broker: {tls: {prot: 1}, idle: soon}\ncloud: {token: S3cr3t-CANARY}\n');
    const load = (): unknown => loadSettings(schema, { file, environment: { ANGRID_GATEWAY_LOG_LEVL: 'info' } });
    const error = thrownBy(load);
    expect(error).toMatchObject({ code: 'config.unknown-key', op: 'settings.load' });
    expect(error.detail?.split('\n')).toEqual([
      'many.yaml:1 broker.tls.prot: there is no such key; the nearest is broker.tls.port',
      'ANGRID_GATEWAY_LOG_LEVL: there is no such variable; the nearest is ANGRID_GATEWAY_LOG_LEVEL',
      'many.yaml:1 broker.idle: "soon" is not a duration from 1s to 1h (units ms, s, m, h, d: 30s)',
      'cloud.url: it is required; give it in the file or as ANGRID_GATEWAY_CLOUD_URL, for example https://cloud.example',
      'many.yaml:2 cloud.token: a secret must not stand here itself; write a reference: file:/path, env:NAME or credential:NAME',
    ]);
    expect(JSON.stringify(error) + error.message + String(error.stack)).not.toContain('CANARY');
  });
});

function thrownBy(task: () => unknown): AnGridError {
  try {
    task();
  } catch (error) {
    if (error instanceof AnGridError) return error;
  }
  throw new Error('no AnGridError was thrown');
}

const PORT = 'a port from 0 to 65535 (0: any free port)';

const files: Record<string, [en: string, chinese: string]> = {
  'alias-bomb': [
    'alias-bomb.yaml:2: YAML aliases are not taken; write the value itself',
    'alias-bomb.yaml:2：不支持 YAML 别名，请写出该值',
  ],
  'bad-choice': [
    'bad-choice.yaml:2 log.level: "verbose" is not one of debug, info',
    'bad-choice.yaml:2 log.level：“verbose”不是debug、info 之一',
  ],
  'bad-cidr': [
    'bad-cidr.yaml:2 cameras.networks: item 2: "192.168.21.0" is not a CIDR block such as 192.168.20.0/24',
    'bad-cidr.yaml:2 cameras.networks：第 2 项：“192.168.21.0”不是CIDR 网段，如 192.168.20.0/24',
  ],
  'bad-duration': [
    'bad-duration.yaml:2 broker.idle: "30" is not a duration from 1s to 1h (units ms, s, m, h, d: 30s)',
    'bad-duration.yaml:2 broker.idle：“30”不是1s 到 1h 的时长（单位 ms、s、m、h、d，如 30s）',
  ],
  'bad-hours': [
    'bad-hours.yaml:1 night: "22-6" is not hours such as 22:00-06:00',
    'bad-hours.yaml:1 night：“22-6”不是时段，如 22:00-06:00',
  ],
  'bad-size': [
    'bad-size.yaml:2 outbox.quota: "200 megabytes" is not a size from 0B to 1000TB (units B, KB, MB, GB, TB or KiB, MiB, GiB, TiB: 200MB)',
    'bad-size.yaml:2 outbox.quota：“200 megabytes”不是0B 到 1000TB 的大小（单位 B、KB、MB、GB、TB，或 KiB、MiB、GiB、TiB，如 200MB）',
  ],
  'bad-time-zone': [
    'bad-time-zone.yaml:1 timeZone: "Beijing" is not an IANA time zone such as Asia/Shanghai',
    'bad-time-zone.yaml:1 timeZone：“Beijing”不是IANA 时区，如 Asia/Shanghai',
  ],
  'broken-rule': [
    'broken-rule.yaml:2 broker.plain: needs broker.plainNetwork',
    'broken-rule.yaml:2 broker.plain：需要同时给出 broker.plainNetwork',
  ],
  'duplicate-key': [
    'duplicate-key.yaml:3: the same key stands here a second time',
    'duplicate-key.yaml:3：同一个键出现了两次',
  ],
  'keys-for-a-value': [
    'keys-for-a-value.yaml:2 broker.idle: a value is expected, but it has keys below it',
    'keys-for-a-value.yaml:2 broker.idle：应为一个值，下面却有键',
  ],
  'list-at-the-top': ['list-at-the-top.yaml:1: keys are expected below it', 'list-at-the-top.yaml:1：下面应为若干键'],
  'list-for-a-value': [
    `list-for-a-value.yaml:3 broker.tls.port: a list was given where ${PORT} is expected`,
    'list-for-a-value.yaml:3 broker.tls.port：给出了列表，应为0 到 65535 的端口（0 为任一空闲端口）',
  ],
  'literal-secret': [
    'literal-secret.yaml:2 cloud.token: a secret must not stand here itself; write a reference: file:/path, env:NAME or credential:NAME',
    'literal-secret.yaml:2 cloud.token：密钥不能直接写在这里，应为引用：file:/路径、env:变量名 或 credential:名称',
  ],
  'misplaced-key': [
    'misplaced-key.yaml:1 url: there is no such key; the nearest is cloud.url',
    'misplaced-key.yaml:1 url：未知的键，最接近的是 cloud.url',
  ],
  'missing-secret-file': [
    'missing-secret-file.yaml:2 cloud.token: /nonexistent/token cannot be read (ENOENT)',
    'missing-secret-file.yaml:2 cloud.token：无法读取 /nonexistent/token（ENOENT）',
  ],
  'missing-secret-variable': [
    'missing-secret-variable.yaml:2 cloud.token: the variable NOT_SET is not set',
    'missing-secret-variable.yaml:2 cloud.token：环境变量 NOT_SET 未设置',
  ],
  'no-value': [
    'no-value.yaml:2 broker.idle: it has no value; write one, or remove the key',
    'no-value.yaml:2 broker.idle：没有值，请写上值或删除该键',
  ],
  'null-in-a-list': [
    'null-in-a-list.yaml:2 cameras.networks: it has no value; write one, or remove the key',
    'null-in-a-list.yaml:2 cameras.networks：没有值，请写上值或删除该键',
  ],
  'out-of-range': [
    `out-of-range.yaml:3 broker.tls.port: "70000" is not ${PORT}`,
    'out-of-range.yaml:3 broker.tls.port：“70000”不是0 到 65535 的端口（0 为任一空闲端口）',
  ],
  prototype: [
    'prototype.yaml:1 __proto__: there is no such key; the nearest is broker.tls.port',
    'prototype.yaml:1 __proto__：未知的键，最接近的是 broker.tls.port',
  ],
  'tab-indent': [
    'tab-indent.yaml:2: YAML: Tabs are not allowed as indentation',
    'tab-indent.yaml:2：YAML 语法错误：Tabs are not allowed as indentation',
  ],
  tag: ['tag.yaml:2: YAML: Unresolved tag: !include', 'tag.yaml:2：YAML 语法错误：Unresolved tag: !include'],
  'two-documents': [
    'two-documents.yaml:3: the file must hold one YAML document',
    'two-documents.yaml:3：文件中只能有一个 YAML 文档',
  ],
  'unknown-group': [
    'unknown-group.yaml:1 brokers: there is no such key; the nearest is broker',
    'unknown-group.yaml:1 brokers：未知的键，最接近的是 broker',
  ],
  'unknown-key': [
    'unknown-key.yaml:3 broker.tls.prot: there is no such key; the nearest is broker.tls.port',
    'unknown-key.yaml:3 broker.tls.prot：未知的键，最接近的是 broker.tls.port',
  ],
  'url-with-password': [
    'url-with-password.yaml:2 cloud.url: the URL must not carry a user or password',
    'url-with-password.yaml:2 cloud.url：地址中不得含用户名或密码',
  ],
  'value-for-a-group': [
    'value-for-a-group.yaml:1 broker: keys are expected below it',
    'value-for-a-group.yaml:1 broker：下面应为若干键',
  ],
  'world-readable-secret': [
    'world-readable-secret.yaml:2 cloud.token: /world-readable has mode 0644, so that others can read it; run chmod 600 /world-readable',
    'world-readable-secret.yaml:2 cloud.token：/world-readable 的权限为 0644，他人可读取；请运行 chmod 600 /world-readable',
  ],
  'wrong-scheme': [
    'wrong-scheme.yaml:2 cloud.url: "http://cloud.example" is not a URL that starts with https://',
    'wrong-scheme.yaml:2 cloud.url：“http://cloud.example”不是以 https:// 开头的地址',
  ],
  'wrong-type': [
    `wrong-type.yaml:3 broker.tls.port: "high" is not ${PORT}`,
    'wrong-type.yaml:3 broker.tls.port：“high”不是0 到 65535 的端口（0 为任一空闲端口）',
  ],
  'yaml-syntax': [
    'yaml-syntax.yaml:3: YAML: Flow map in block collection must be sufficiently indented and end with a }',
    'yaml-syntax.yaml:3：YAML 语法错误：Flow map in block collection must be sufficiently indented and end with a }',
  ],
  'yes-is-not-true': [
    'yes-is-not-true.yaml:2 broker.plain: "yes" is not true or false',
    'yes-is-not-true.yaml:2 broker.plain：“yes”不是true 或 false',
  ],
};

describe('a mistake in the file', () => {
  test.each(readdirSync(mistakes))('%s is told in these words', (name) => {
    const file = write(name, readFileSync(join(mistakes, name), 'utf8').replaceAll('{folder}', folder));
    const isAboutCloudUrl = /^ {2}url:/m.test(readFileSync(file, 'utf8'));
    const source = { file, environment: isAboutCloudUrl ? {} : required };
    expect([...sentences(source), ...sentences(source, 'zh-CN')]).toEqual(files[name.replace('.yaml', '')]);
  });

  it('is told for a file that does not exist, is too large or is no text', () => {
    const large = write('large.yaml', '#'.repeat(70_000));
    const binary = write('binary.yaml', Uint8Array.of(0xff, 0xfe, 0x00));
    expect(sentences({ file: join(folder, 'none.yaml'), environment: {} })).toEqual([
      '/none.yaml: the file cannot be read (ENOENT)',
    ]);
    expect(sentences({ file: large, environment: {} })).toEqual(['/large.yaml: the file is larger than 64 KB']);
    expect(sentences({ file: binary, environment: {} })).toEqual(['/binary.yaml: the file is not UTF-8 text']);
  });

  it('is told for brackets nested without end', () => {
    const file = write('deep.yaml', `broker: ${'['.repeat(60_000)}`);
    expect(sentences({ file, environment: {} })[0]).toMatch(/^deep.yaml:1: YAML: /);
  });
});

describe('a mistake in the environment', () => {
  test.each([
    [
      { ANGRID_GATEWAY_BROKER_TSL_PORT: '1' },
      'ANGRID_GATEWAY_BROKER_TSL_PORT: there is no such variable; the nearest is ANGRID_GATEWAY_BROKER_TLS_PORT',
    ],
    [
      { ANGRID_GATEWAY_CONFG: 'x' },
      'ANGRID_GATEWAY_CONFG: there is no such variable; the nearest is ANGRID_GATEWAY_CONFIG',
    ],
    [{ ANGRID_GATEWAY_BROKER_TLS_PORT: 'x' }, `ANGRID_GATEWAY_BROKER_TLS_PORT: "x" is not ${PORT}`],
    [{ TZ: 'Beijing' }, 'TZ: "Beijing" is not an IANA time zone such as Asia/Shanghai'],
    [{ ANGRID_GATEWAY_BROKER_PLAIN: 'true' }, 'ANGRID_GATEWAY_BROKER_PLAIN: needs broker.plainNetwork'],
  ])('%j is told by the name of the variable', (environment, sentence) => {
    expect(sentences({ environment: { ...required, ...environment } })).toEqual([sentence]);
  });

  it('is not seen in the variables of other programs', () => {
    expect(
      sentences({ environment: { ...required, ANGRID_GATEWAYS: '1', ANGRID_CLOUD_URL: 'x', PATH: '/bin' } }),
    ).toEqual([]);
  });
});
