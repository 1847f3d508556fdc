import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, test } from '@jest/globals';
import { secret } from './secret-reference.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
  const files: [name: string, content: string, mode: number][] = [
    ['good', 'S3cr3t-CANARY\n', 0o600],
    ['read-only', ' S3cr3t \r\n', 0o400],
    ['group', 'x', 0o640],
    ['world', 'x', 0o604],
    ['empty', '\n', 0o600],
    ['large', 'x'.repeat(70_000), 0o600],
    ['credential', 'from systemd', 0o440],
  ];
  for (const [name, content, mode] of files) {
    writeFileSync(join(folder, name), content);
    chmodSync(join(folder, name), mode);
  }
  mkdirSync(join(folder, 'folder'), { mode: 0o700 });
});

afterAll(() => rmSync(folder, { recursive: true }));

function read(written: string | string[], environment: Record<string, string> = {}): string {
  const parsed = secret().parse(written, environment);
  if ('value' in parsed) return `value ${parsed.value.reveal()}`;
  return `${parsed.refusal.code}: ${parsed.refusal.reason.en}`.replaceAll(folder, '');
}

it('comes from a file, without the line break at its end', () => {
  expect(read(`file:${folder}/good`)).toBe('value S3cr3t-CANARY');
  expect(read(`file:${folder}/read-only`)).toBe('value  S3cr3t ');
});

it('comes from a variable', () => {
  expect(read('env:TOKEN', { TOKEN: 'abc' })).toBe('value abc');
});

it("comes from systemd's credentials, whose mode systemd guards", () => {
  expect(read('credential:credential', { CREDENTIALS_DIRECTORY: folder })).toBe('value from systemd');
});

test.each([
  ['file:{}/world', 'config.secret-exposed: /world has mode 0604, so that others can read it; run chmod 600 /world'],
  ['file:{}/group', 'config.secret-exposed: /group has mode 0640, so that others can read it; run chmod 600 /group'],
  ['file:{}/none', 'config.secret-missing: /none cannot be read (ENOENT)'],
  ['file:{}/folder', 'config.secret-missing: /folder cannot be read (EISDIR)'],
  ['file:{}/empty', 'config.secret-missing: /empty is empty'],
  ['file:{}/large', 'config.invalid-value: /large is too large'],
  ['env:NOT_SET', 'config.secret-missing: the variable NOT_SET is not set'],
  ['env:EMPTY', 'config.secret-missing: the variable EMPTY is not set'],
  ['credential:token', 'config.secret-missing: credential:token needs a systemd unit with LoadCredential=token'],
])('%s is refused with the cure', (written, message) => {
  expect(read(written.replace('{}', folder), { EMPTY: '' })).toBe(message);
});

test.each(['S3cr3t-CANARY', 'file:relative', 'env:', 'env:A-B', 'credential:../etc/shadow', 'vault:x', ''])(
  'a literal such as %j is refused and not repeated',
  (written) => {
    const message = read(written);
    expect(message).toBe(
      'config.secret-literal: a secret must not stand here itself; write a reference: file:/path, env:NAME or credential:NAME',
    );
  },
);

it('is not a list', () => {
  expect(read(['env:A'])).toMatch(/^config.invalid-value: a list was given/);
});
