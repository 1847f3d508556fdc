import { afterEach, describe, expect, it } from '@jest/globals';
import {
  capabilitiesReply,
  dateTimeReply,
  device,
  fault,
  type Handlers,
  PASSWORD,
  soap,
  TestCamera,
  testContext,
  tokenFits,
} from './camera.fixture.js';
import { cameraStreams, inventory } from './index.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(handlers: Handlers): Promise<TestCamera> {
  const camera = await TestCamera.start(handlers);
  closers.push(() => camera.close());
  return camera;
}

const encoder = (codec: string, width: number, height: number): string =>
  `<tt:VideoEncoderConfiguration token="e"><tt:Encoding>${codec}</tt:Encoding><tt:Resolution><tt:Width>${width}</tt:Width>` +
  `<tt:Height>${height}</tt:Height></tt:Resolution></tt:VideoEncoderConfiguration>`;
const profile = (token: string, inside: string): string =>
  `<trt:Profiles token="${token}" fixed="true"><tt:Name>name of ${token}</tt:Name>${inside}</trt:Profiles>`;
const uriReply = (uri: string): string =>
  soap(
    `<trt:GetStreamUriResponse xmlns:trt="urn:t"><trt:MediaUri><tt:Uri>${uri}</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>`,
  );

const FULL: Handlers = {
  GetSystemDateAndTime: dateTimeReply(Date.UTC(2026, 0, 1)),
  GetCapabilities: capabilitiesReply,
  GetDeviceInformation: soap(
    '<tds:GetDeviceInformationResponse xmlns:tds="urn:d"><tds:Manufacturer>Acme</tds:Manufacturer><tds:Model>C-7</tds:Model>' +
      '<tds:FirmwareVersion>1.10</tds:FirmwareVersion><tds:SerialNumber>0007</tds:SerialNumber></tds:GetDeviceInformationResponse>',
  ),
  GetNetworkInterfaces: soap(
    '<tds:GetNetworkInterfacesResponse xmlns:tds="urn:d"><tds:NetworkInterfaces token="eth0"><tt:Info><tt:Name>eth0</tt:Name>' +
      '<tt:HwAddress>00-11-22-AA-BB-CC</tt:HwAddress></tt:Info></tds:NetworkInterfaces></tds:GetNetworkInterfacesResponse>',
  ),
  GetProfiles: soap(
    `<trt:GetProfilesResponse xmlns:trt="urn:t">${profile('sub', encoder('H264', 640, 360))}${profile('main', encoder('H265', 2560, 1440))}` +
      `${profile('bare', '')}</trt:GetProfilesResponse>`,
  ),
  GetStreamUri: ({ xml }) =>
    xml.includes('bare')
      ? fault('ter:IncompleteConfiguration')()
      : uriReply(`rtsp://u:pw@10.9.9.9:1554/${/Token>(\w+)</.exec(xml)?.[1]}?a=1&amp;b=2`),
};

describe('the inventory of a camera', () => {
  it('holds what it says about itself, as text', async () => {
    const camera = await start(FULL);
    await expect(inventory(device(camera), testContext())).resolves.toEqual({
      manufacturer: 'Acme',
      model: 'C-7',
      firmware: '1.10',
      serial: '0007',
      mac: '00:11:22:aa:bb:cc',
      profiles: [
        {
          token: 'sub',
          name: 'name of sub',
          width: 640,
          height: 360,
          codec: 'H264',
          streamUri: 'rtsp://127.0.0.1:1554/sub?a=1&b=2',
        },
        {
          token: 'main',
          name: 'name of main',
          width: 2560,
          height: 1440,
          codec: 'H265',
          streamUri: 'rtsp://127.0.0.1:1554/main?a=1&b=2',
        },
        { token: 'bare', name: 'name of bare', width: 0, height: 0, codec: '' },
      ],
    });
  });

  it('is asked for with our own token and at the address that we were given, wherever the camera points', async () => {
    const camera = await start(FULL);
    await inventory(device(camera), testContext());
    const asked = camera.heard.filter((heard) => heard.operation !== 'GetSystemDateAndTime');
    for (const heard of asked) expect(tokenFits(heard, PASSWORD, Date.UTC(2026, 0, 1))).toBe(true);
    expect(camera.last('GetProfiles').path).toBe('/onvif/media_service');
    expect(camera.heard.map((heard) => heard.xml).join()).not.toContain('CANARY');
  });

  it('does without what a camera keeps to itself', async () => {
    const { GetNetworkInterfaces: _hidden, ...rest } = FULL;
    const found = await inventory(device(await start(rest)), testContext());
    expect(found).not.toHaveProperty('mac');
    expect(found.serial).toBe('0007');
  });

  it('keeps two cameras apart that are looked at together', async () => {
    const other = { ...FULL, GetDeviceInformation: (FULL['GetDeviceInformation'] as string).replace('0007', '0008') };
    const cameras = [await start(FULL), await start(other)];
    const found = await Promise.all(cameras.map((camera) => inventory(device(camera), testContext())));
    expect(found.map(({ serial }) => serial)).toEqual(['0007', '0008']);
  });

  it('stops after two refusals of the password', async () => {
    const refuse = fault('ter:NotAuthorized');
    const camera = await start({ ...FULL, GetDeviceInformation: refuse, GetProfiles: refuse });
    await expect(inventory(device(camera), testContext())).rejects.toMatchObject({ code: 'onvif.not-authorized' });
    expect(camera.times('GetDeviceInformation')).toBe(2);
    expect(camera.times('GetProfiles')).toBe(0);
  });

  it.each([
    ['a document type', `<!DOCTYPE x>${capabilitiesReply}`],
    ['too much', ' '.repeat(300_000)],
    ['no capabilities', soap('<tds:GetCapabilitiesResponse xmlns:tds="urn:d"/>')],
  ])('is refused with %s', async (_what, reply) => {
    const camera = await start({ ...FULL, GetCapabilities: reply });
    await expect(inventory(device(camera), testContext())).rejects.toMatchObject({ code: 'onvif.hostile-reply' });
  });

  it('ends after 20 s, even where each single answer is in time', async () => {
    const context = testContext();
    const slowly = (reply: string) => async (): Promise<string> => {
      await context.clock.advance(7_000);
      return reply;
    };
    const camera = await start({
      ...FULL,
      GetDeviceInformation: slowly(FULL['GetDeviceInformation'] as string),
      GetNetworkInterfaces: slowly(FULL['GetNetworkInterfaces'] as string),
      GetProfiles: slowly(FULL['GetProfiles'] as string),
    });
    await expect(inventory(device(camera), context)).rejects.toMatchObject({
      code: 'onvif.unreachable',
      detail: 'not finished within 20000 ms',
    });
    expect(camera.times('GetProfiles')).toBe(1);
  });
});

describe('the stream addresses', () => {
  const main = {
    profile: { token: 'main', name: 'name of main', width: 2560, height: 1440, codec: 'H265' },
    uri: 'rtsp://127.0.0.1:1554/main?a=1&b=2',
  };
  const profiles = (...all: readonly string[]): Handlers => ({
    ...FULL,
    GetProfiles: soap(`<trt:GetProfilesResponse xmlns:trt="urn:t">${all.join('')}</trt:GetProfilesResponse>`),
  });
  const large = profile('main', encoder('H265', 2560, 1440));

  it('are those of the largest picture and of a small one to look at, at our own host, without a password', async () => {
    await expect(cameraStreams(device(await start(FULL)), testContext())).resolves.toEqual({
      main,
      analysis: {
        profile: { token: 'sub', name: 'name of sub', width: 640, height: 360, codec: 'H264' },
        uri: 'rtsp://127.0.0.1:1554/sub?a=1&b=2',
      },
    });
  });

  it('leave out what shows too little or is neither H.264 nor H.265', async () => {
    const tiny = [profile('tiny', encoder('H264', 128, 72)), profile('still', encoder('JPEG', 320, 180))];
    const camera = await start(profiles(...tiny, large));
    await expect(cameraStreams(device(camera), testContext())).resolves.toEqual({ main });
  });

  it('leave out the largest picture where it is neither', async () => {
    const camera = await start(profiles(profile('photo', encoder('JPEG', 3840, 2160)), large));
    await expect(cameraStreams(device(camera), testContext())).resolves.toEqual({ main });
  });

  it.each<[string, Handlers]>([
    ['a door controller without a media service', { ...FULL, GetProfiles: fault('ter:ActionNotSupported') }],
    ['a device without a profile', profiles()],
    ['a camera with JPEG alone', profiles(profile('photo', encoder('JPEG', 640, 480)))],
  ])('%s has none, and is not asked again soon', async (_what, handlers) => {
    const asked = cameraStreams(device(await start(handlers)), testContext());
    await expect(asked).rejects.toMatchObject({ code: 'onvif.no-video', retry: 'never' });
  });

  it.each([
    ['file:///etc/passwd'],
    ['http://10.9.9.9/x'],
    ['rtsp://10.9.9.9:99999/x'],
    ['rtsp://10.9.9.9/a b'],
    ['rtsp://10.9.9.9/x\\@127.0.0.1'],
    ['-f lavfi'],
    [''],
  ])('%j is refused', async (uri) => {
    const camera = await start({ ...FULL, GetStreamUri: uriReply(uri) });
    await expect(cameraStreams(device(camera), testContext())).rejects.toMatchObject({ code: 'onvif.hostile-reply' });
  });
});
