import { createServer as createHttps } from 'node:https';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { DialledDevice } from '../driver.js';
import {
  type Answer,
  capabilitiesReply,
  dateTimeReply,
  device,
  fault,
  type Handlers,
  type Heard,
  PASSWORD,
  soap,
  TestCamera,
  testContext,
  tokenFits,
} from './camera.fixture.js';
import { inventory, tryLogin } from './index.js';
import { selfSigned } from './soap/certificate.fixture.js';

const NOW = Date.UTC(2026, 0, 1);
const clock = { GetSystemDateAndTime: dateTimeReply(NOW) };
const information = soap(
  '<tds:GetDeviceInformationResponse xmlns:tds="urn:d"><tds:Manufacturer>Acme</tds:Manufacturer>' +
    '<tds:SerialNumber>SN-7</tds:SerialNumber></tds:GetDeviceInformationResponse>',
);

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(handlers: Handlers): Promise<TestCamera> {
  const camera = await TestCamera.start(handlers);
  closers.push(() => camera.close());
  return camera;
}

/** Requests that carried a login. */
const withLogin = (camera: TestCamera): Heard[] =>
  camera.heard.filter(({ xml, headers }) => /UsernameToken/.test(xml) || headers.authorization !== undefined);

describe('a login that is tried', () => {
  const byToken: Handlers = {
    ...clock,
    GetDeviceInformation: (heard) => (tokenFits(heard, PASSWORD, NOW) ? information : fault('ter:NotAuthorized')()),
  };
  const challenge: Answer = {
    status: 401,
    headers: { 'www-authenticate': 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256' },
    body: '',
  };
  const byDigest: Handlers = {
    ...clock,
    GetDeviceInformation: ({ headers }) => (headers.authorization === undefined ? challenge : information),
  };
  const never: Handlers = { ...clock, GetDeviceInformation: () => challenge };

  it('is accepted where it is right, with one request that carries it', async () => {
    for (const handlers of [byToken, byDigest]) {
      const camera = await start(handlers);
      await expect(tryLogin(device(camera), testContext())).resolves.toBe(true);
      expect(withLogin(camera)).toHaveLength(1);
    }
  });

  it('costs the account one refusal where it is wrong, by token and by digest', async () => {
    for (const handlers of [byToken, never]) {
      const camera = await start(handlers);
      await expect(tryLogin(device(camera, 'wrong'), testContext())).resolves.toBe(false);
      expect(withLogin(camera)).toHaveLength(1);
    }
  });

  it('says nothing of a camera that cannot be asked', async () => {
    const camera = await start({ ...clock, GetDeviceInformation: '<html>' });
    await expect(tryLogin(device(camera), testContext())).rejects.toMatchObject({ code: 'onvif.hostile-reply' });
  });
});

describe('a camera over https', () => {
  const handlers: Handlers = {
    ...clock,
    GetCapabilities: capabilitiesReply,
    GetDeviceInformation: information,
    GetProfiles: soap('<trt:GetProfilesResponse xmlns:trt="urn:t"/>'),
  };

  async function startSecure() {
    const { options, fingerprint } = await selfSigned();
    let server: ReturnType<typeof createHttps> | undefined;
    const camera = await TestCamera.start(handlers, (listener) => (server = createHttps(options, listener)));
    closers.push(() => camera.close());
    const dialled: DialledDevice = { ...device(camera), address: camera.address.replace('http:', 'https:') };
    const swap = async (): Promise<void> => server?.setSecureContext((await selfSigned()).options);
    return { camera, dialled, fingerprint, swap };
  }

  it('tells its self-signed certificate with its inventory', async () => {
    const { dialled, fingerprint } = await startSecure();
    await expect(inventory(dialled, testContext())).resolves.toMatchObject({
      serial: 'SN-7',
      certificate: fingerprint,
    });
  });

  it('is refused with another certificate than it was paired with, before anything is said to it', async () => {
    const { camera, dialled, fingerprint, swap } = await startSecure();
    await swap();
    const paired = { ...dialled, certificate: fingerprint };
    await expect(inventory(paired, testContext())).rejects.toMatchObject({ code: 'onvif.certificate-changed' });
    expect(camera.heard).toEqual([]);
  });
});
