import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  defineSettings,
  duration,
  type Environment,
  group,
  loadSettings,
  port,
  Redactor,
  secret,
  secretsIn,
  setting,
  type SettingsOf,
  url,
} from '../index.js';

// The example of README.md begins.
const doorbellSettings = defineSettings({
  prefix: 'ANGRID_DOORBELL',
  settings: {
    listen: group(
      { 'zh-CN': '监听', en: 'Where it listens' },
      {
        port: setting(port(), { about: { 'zh-CN': '端口', en: 'The port' }, default: 8080 }),
        idleTimeout: setting(duration({ min: '1s', max: '1h' }), {
          about: { 'zh-CN': '空闲多久后断开', en: 'How long a silent connection is kept' },
          default: '30s',
          restart: false,
        }),
      },
    ),
    cloud: group(
      { 'zh-CN': '云端', en: 'The cloud' },
      {
        url: setting(url({ schemes: ['https'] }), {
          about: { 'zh-CN': '云端地址', en: 'The address of the cloud' },
          required: true,
          example: 'https://cloud.example',
        }),
        token: setting(secret(), {
          about: { 'zh-CN': '访问令牌', en: 'The token that it shows' },
          optional: true,
          example: 'file:/etc/angrid/token',
        }),
      },
    ),
  },
  rules: [
    {
      key: 'listen.port',
      reason: { 'zh-CN': '不能是 443', en: 'must not be 443' },
      holds: ({ listen }) => listen.port !== 443,
    },
  ],
});

type DoorbellSettings = SettingsOf<typeof doorbellSettings>;

function startDoorbell(environment: Environment): { settings: DoorbellSettings; redactor: Redactor } {
  const settings = loadSettings(doorbellSettings, { environment, defaultFile: '/etc/angrid/doorbell.yaml' });
  const redactor = new Redactor();
  redactor.register(...secretsIn(settings));
  return { settings, redactor };
}
// The example ends.

describe('the example of the README', () => {
  it('is the code that runs here', () => {
    const [, shown] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')) ?? [];
    const [, here] = /begins\.\n([\s\S]*?)\/\/ The example ends/.exec(readFileSync(import.meta.filename, 'utf8')) ?? [];
    expect(here?.trim()).toBe(shown?.replaceAll('export ', '').trim());
  });

  it('loads, and its secret is known to the redactor', () => {
    const environment = {
      ANGRID_DOORBELL_CLOUD_URL: 'https://cloud.example',
      ANGRID_DOORBELL_CLOUD_TOKEN: 'env:TOKEN',
      ANGRID_DOORBELL_LISTEN_IDLE_TIMEOUT: '5m',
      TOKEN: 'S3cr3t-CANARY',
    };
    const { settings, redactor } = startDoorbell(environment);
    expect(settings.listen).toEqual({ port: 8080, idleTimeout: 300_000 });
    expect(redactor.redact('sent S3cr3t-CANARY')).toBe('sent [secret]');
  });

  it('tells what its rule refuses', () => {
    const environment = { ANGRID_DOORBELL_CLOUD_URL: 'https://cloud.example', ANGRID_DOORBELL_LISTEN_PORT: '443' };
    expect(() => startDoorbell(environment)).toThrow('ANGRID_DOORBELL_LISTEN_PORT: must not be 443');
  });
});
