import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '@angrid/runtime';
import { Seal } from '../identity/seal.js';
import { CredentialList, type SiteCredential } from './credential-list.js';

let folder: string;
let list: CredentialList;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'credentials-'));
  list = await open();
});
afterEach(() => rm(folder, { recursive: true }));

const open = async () => CredentialList.open(join(folder, 'list.json'), await Seal.open(join(folder, 'seal.key')));
const credential = (name: string, cameras: string[] = []): SiteCredential => ({
  name,
  user: `${name}-user`,
  password: new Secret(`${name}-CANARY`),
  cameras,
});
const camera = { host: '192.168.20.7', mac: '00:11:22:33:44:55' };

/** Tries the list; the camera takes only `right`. Answers what was tried, in order. */
async function tried(target = camera as Parameters<CredentialList['login']>[0], right?: string): Promise<string[]> {
  const names: string[] = [];
  await list
    .login(target, async ({ name }) => {
      names.push(name);
      return name === right;
    })
    .catch((error: unknown) => names.push((error as { code: string }).code));
  return names;
}

describe('the list', () => {
  it('keeps its passwords sealed, also over a restart', async () => {
    await list.put(credential('site'));
    expect(await readFile(join(folder, 'list.json'), 'utf8')).not.toContain('CANARY');
    list = await open();
    expect(list.all().map(({ password }) => password.reveal())).toEqual(['site-CANARY']);
  });

  it('tries what names the camera first, by MAC or serial number in any spelling', async () => {
    await list.put(credential('site'));
    await list.put(credential('by-mac', ['00-11-22-33-44-55']));
    await list.put(credential('by-serial', ['sn 7']));
    expect(await tried(camera, 'site')).toEqual(['by-mac', 'site']);
    expect(await tried({ host: '192.168.20.8', serial: 'SN7' }, 'by-serial')).toEqual(['by-serial']);
  });

  it('never tries what is for another camera', async () => {
    await list.put(credential('other', ['SN-8']));
    expect(await tried()).toEqual(['camera.no-credential']);
  });
});

describe('a camera', () => {
  beforeEach(async () => {
    for (const name of ['one', 'two', 'three']) await list.put(credential(name));
  });

  it('is tried twice at most, however often it is asked for and over restarts', async () => {
    expect(await tried()).toEqual(['one', 'two', 'camera.no-credential']);
    list = await open();
    expect(await tried()).toEqual(['camera.no-credential']);
  });

  it('is known again at another address', async () => {
    await tried();
    expect(await tried({ ...camera, host: '192.168.20.99' })).toEqual(['camera.no-credential']);
    expect(await tried({ host: '192.168.20.7', mac: '00:11:22:33:44:66' }, 'one')).toEqual(['one']);
  });

  it('has its attempts back where a login was right, or somebody resets them', async () => {
    expect(await tried(camera, 'two')).toEqual(['one', 'two']);
    expect(await tried()).toEqual(['one', 'two', 'camera.no-credential']);
    await list.reset();
    expect(await tried()).toEqual(['one', 'two', 'camera.no-credential']);
  });

  it('has used an attempt up where the gateway dies in the middle of it', async () => {
    await expect(list.login(camera, () => Promise.reject(new Error('killed')))).rejects.toThrow('killed');
    list = await open();
    expect(await tried()).toEqual(['two', 'camera.no-credential']);
  });
});
