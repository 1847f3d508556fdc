import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { defineSettings } from './define.js';
import { loadSettings } from './load.js';
import { referenceOf } from './reference.js';
import { sampleOf } from './sample.js';
import { group, setting } from './schema.js';
import { list } from './types/list.js';
import { network } from './types/network.js';
import { integer, port } from './types/number.js';
import { secret } from './types/secret-reference.js';
import { choice, text } from './types/text.js';
import { variablesOf } from './variables.js';

const schema = defineSettings({
  prefix: 'ANGRID_DOOR',
  settings: {
    site: setting(text(), {
      about: { 'zh-CN': '小区名称', en: 'Name of the site' },
      required: true,
      example: '东溪: #1',
    }),
    broker: group(
      { 'zh-CN': '面板的连接', en: 'Connections of panels' },
      {
        tls: group(
          { 'zh-CN': '加密监听', en: 'The encrypted listener' },
          { port: setting(port(), { about: { 'zh-CN': '端口', en: 'Port' }, default: 8883 }) },
        ),
        sockets: setting(integer({ min: 1, max: 9000 }), {
          about: { 'zh-CN': '同时连接数上限', en: 'Most sockets at once' },
          unit: { 'zh-CN': '个连接', en: 'sockets' },
          default: 1000,
          restart: false,
        }),
      },
    ),
    cameras: group(
      { 'zh-CN': '摄像机', en: 'Cameras' },
      {
        networks: setting(list(network()), {
          about: { 'zh-CN': '允许的网段', en: 'Allowed networks' },
          default: [],
          example: ['10.0.0.0/8', '::1/128'],
        }),
        mode: setting(choice('a|b', 'null'), { about: { 'zh-CN': '方式', en: 'Mode' }, default: 'null' }),
        token: setting(secret(), {
          about: { 'zh-CN': '令牌', en: 'Token' },
          optional: true,
          example: 'env:DOOR_TOKEN',
          variable: 'TOKEN',
        }),
      },
    ),
  },
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the sample', () => {
  it('explains every setting', () => {
    expect(sampleOf(schema, 'en'))
      .toBe(`# Every setting of this program. A line that begins with # and a key shows the default or an example: remove the # to change it.
# A secret is only ever a reference: file:/path (mode 0600), env:NAME or credential:NAME (systemd).

# Name of the site.
# text of 1 to 200 characters; required; ANGRID_DOOR_SITE
site: "东溪: #1"

# Connections of panels.
broker:

  # The encrypted listener.
  tls:

    # Port.
    # a port from 0 to 65535 (0: any free port); default 8883; ANGRID_DOOR_BROKER_TLS_PORT
    #port: 8883

  # Most sockets at once.
  # a whole number from 1 to 9000; unit sockets; default 1000; ANGRID_DOOR_BROKER_SOCKETS
  #sockets: 1000

# Cameras.
cameras:

  # Allowed networks.
  # a list, each item a CIDR block such as 192.168.20.0/24 (in a variable with commas between); default []; ANGRID_DOOR_CAMERAS_NETWORKS
  #networks: [10.0.0.0/8, "::1/128"]

  # Mode.
  # one of a|b, null; default "null"; ANGRID_DOOR_CAMERAS_MODE
  #mode: "null"

  # Token.
  # a reference to a secret: file:/path, env:NAME or credential:NAME; optional; ANGRID_DOOR_CAMERAS_TOKEN
  #token: env:DOOR_TOKEN
`);
  });

  test.each(['zh-CN', 'en'] as const)('in %s loads as it stands and with every # removed', (locale) => {
    const sample = sampleOf(schema, locale);
    const file = join(folder, 'sample.yaml');
    writeFileSync(file, sample);
    const asItStands = loadSettings(schema, { file, environment: {} });
    expect(asItStands).toMatchObject({ site: '东溪: #1', broker: { sockets: 1000 }, cameras: { token: undefined } });

    writeFileSync(file, sample.replaceAll(/^( *)#(?! )/gm, '$1'));
    const uncommented = loadSettings(schema, { file, environment: { DOOR_TOKEN: 'abc' } });
    expect(uncommented).toMatchObject({ broker: { tls: { port: 8883 } }, cameras: { mode: 'null' } });
    expect(uncommented.cameras.networks.map(String)).toEqual(['10.0.0.0/8', '::1/128']);
    expect(uncommented.cameras.token?.reveal()).toBe('abc');
  });
});

describe('the reference', () => {
  it('has a section for each group and a row for each setting', () => {
    expect(referenceOf(schema, 'en', 'Settings of the door').split('\n').slice(6)).toEqual([
      '| Key and variable | About | Type | Default | Example | Takes effect |',
      '| --- | --- | --- | --- | --- | --- |',
      '| `site`<br>`ANGRID_DOOR_SITE` | Name of the site | text of 1 to 200 characters | required | `"东溪: #1"` | after a restart |',
      '',
      '## broker',
      '',
      'Connections of panels.',
      '',
      '| Key and variable | About | Type | Default | Example | Takes effect |',
      '| --- | --- | --- | --- | --- | --- |',
      '| `broker.sockets`<br>`ANGRID_DOOR_BROKER_SOCKETS` | Most sockets at once | a whole number from 1 to 9000; unit sockets | `1000` | `1000` | at once |',
      '',
      '## broker.tls',
      '',
      'The encrypted listener.',
      '',
      '| Key and variable | About | Type | Default | Example | Takes effect |',
      '| --- | --- | --- | --- | --- | --- |',
      '| `broker.tls.port`<br>`ANGRID_DOOR_BROKER_TLS_PORT` | Port | a port from 0 to 65535 (0: any free port) | `8883` | `8883` | after a restart |',
      '',
      '## cameras',
      '',
      'Cameras.',
      '',
      '| Key and variable | About | Type | Default | Example | Takes effect |',
      '| --- | --- | --- | --- | --- | --- |',
      '| `cameras.networks`<br>`ANGRID_DOOR_CAMERAS_NETWORKS` | Allowed networks | a list, each item a CIDR block such as 192.168.20.0/24 (in a variable with commas between) | `[]` | `[10.0.0.0/8, "::1/128"]` | after a restart |',
      '| `cameras.mode`<br>`ANGRID_DOOR_CAMERAS_MODE` | Mode | one of a\\|b, null | `"null"` | `"null"` | after a restart |',
      '| `cameras.token`<br>`ANGRID_DOOR_CAMERAS_TOKEN`<br>`TOKEN` | Token | a reference to a secret: file:/path, env:NAME or credential:NAME | optional | `env:DOOR_TOKEN` | after a restart |',
      '',
    ]);
  });

  it('is in Chinese throughout in zh-CN', () => {
    const page = referenceOf(schema, 'zh-CN', '门的配置');
    expect(page.split('\n')[0]).toBe('# 门的配置');
    expect(page).toContain('| 键与变量 | 说明 | 类型 | 默认值 | 示例 | 生效 |');
    expect(page).toContain('| 同时连接数上限 | 1 到 9000 的整数；单位：个连接 | `1000` | `1000` | 立即 |');
    expect(page).toContain('未列出的键和变量会被拒绝');
  });
});

test('the variables are those of the file, of each setting, and the well-known ones', () => {
  expect(variablesOf(schema).map(({ name, key }) => `${name} ${key ?? '-'}`)).toEqual([
    'ANGRID_DOOR_CONFIG -',
    'ANGRID_DOOR_SITE site',
    'ANGRID_DOOR_BROKER_TLS_PORT broker.tls.port',
    'ANGRID_DOOR_BROKER_SOCKETS broker.sockets',
    'ANGRID_DOOR_CAMERAS_NETWORKS cameras.networks',
    'ANGRID_DOOR_CAMERAS_MODE cameras.mode',
    'ANGRID_DOOR_CAMERAS_TOKEN cameras.token',
    'TOKEN cameras.token',
  ]);
});
