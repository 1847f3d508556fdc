import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it, test } from '@jest/globals';
import type { CameraOptions } from './camera.js';
import { addressOf, CameraClient, PULL, SERVICES, EVENTS } from './camera-client.js';
import { find, parseXml, textAt } from './onvif/xml.js';

const running: CameraClient[] = [];
afterEach(async () => {
  for (const { camera } of running.splice(0)) await camera.stop();
});

async function start(options: Partial<CameraOptions> = {}): Promise<CameraClient> {
  const client = await CameraClient.start(options);
  running.push(client);
  return client;
}

describe('the login', () => {
  it('is not needed to read the clock, which may be wrong', async () => {
    const client = await start();
    client.camera.clockSkewMs = 3_600_000;
    const reply = await client.call(SERVICES, { operation: '<tds:GetSystemDateAndTime/>', login: 'none' });
    const path = ['GetSystemDateAndTimeResponse', 'SystemDateAndTime', 'UTCDateTime', 'Time', 'Hour'];
    expect(textAt(reply.body, ...path)).toBe('11');
  });

  it('is a token made in the time of the camera', async () => {
    const client = await start();
    client.camera.clockSkewMs = -600_000;
    const operation = '<tds:GetDeviceInformation/>';
    const ourTime = client.token(new Date(client.clock.wall()).toISOString());
    expect((await client.call(SERVICES, { operation, login: ourTime })).subcode).toBe('ter:NotAuthorized');
    const reply = await client.call(SERVICES, { operation });
    expect(textAt(reply.body, 'GetDeviceInformationResponse', 'FirmwareVersion')).toBe('1.10.0');
  });

  it('cannot be sent again', async () => {
    const client = await start();
    const once = { operation: '<tds:GetScopes/>', login: client.token() };
    expect([(await client.call(SERVICES, once)).status, (await client.call(SERVICES, once)).status]).toEqual([
      200, 400,
    ]);
    expect(client.camera.refused.onvif).toBe(1);
  });

  it('needs the new password once it was changed', async () => {
    const client = await start();
    client.camera.changePassword('other');
    expect((await client.call(SERVICES, { operation: '<tds:GetScopes/>' })).subcode).toBe('ter:NotAuthorized');
    client.password = 'other';
    expect((await client.call(SERVICES, { operation: '<tds:GetScopes/>' })).status).toBe(200);
  });

  it('is HTTP Digest and nothing else on a camera that is set so', async () => {
    const client = await start({ auth: 'digest', digestAlgorithms: ['MD5', 'SHA-256'] });
    const reply = await client.call(SERVICES, { operation: '<tds:GetScopes/>' });
    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toMatch(/^Digest .*algorithm=MD5, Digest .*algorithm=SHA-256$/);
  });
});

describe('the events', () => {
  it('begin with the state of every property and go on with its edges', async () => {
    const client = await start({ inputs: ['DI_1'] });
    const address = addressOf(await client.createPullPoint());
    const rule =
      'VideoSourceConfigurationToken=VideoSourceConfig_1,VideoAnalyticsConfigurationToken=VideoAnalyticsConfig_1';
    expect(await client.pull(address)).toEqual([
      'VideoSource/MotionAlarm Initialized 10:00:00 Source=VideoSource_1 State=false',
      `RuleEngine/TamperDetector/Tamper Initialized 10:00:00 ${rule},Rule=MyTamperDetectorRule IsTamper=false`,
      'Device/Trigger/DigitalInput Initialized 10:00:00 InputToken=DI_1 LogicalState=false',
    ]);
    await client.clock.advance(7_000);
    client.camera.motion(true);
    client.camera.motion(true);
    client.camera.digitalInput('DI_1', true);
    client.camera.tamper(false);
    expect(await client.pull(address)).toEqual([
      'VideoSource/MotionAlarm Changed 10:00:07 Source=VideoSource_1 State=true',
      'Device/Trigger/DigitalInput Changed 10:00:07 InputToken=DI_1 LogicalState=true',
    ]);
  });

  it('reach a pull that waits for them', async () => {
    const client = await start({ motionTopic: 'CellMotionDetector' });
    const address = await client.subscribe();
    const pull = client.pull(address);
    await client.call(SERVICES, { operation: '<tds:GetScopes/>' });
    client.camera.motion(true);
    expect((await pull)[0]).toMatch(/^RuleEngine\/CellMotionDetector\/Motion Changed .* IsMotion=true$/);
  });

  it('may be anything a vendor thinks of', async () => {
    const client = await start();
    const address = await client.subscribe();
    client.camera.emit('tns1:Device/tnsx:Alarm', { Port: 1 }, { Text: '"a" <b> & c' });
    expect(await client.pull(address)).toEqual(['Device/tnsx:Alarm Event 10:00:00 Port=1 Text="a" <b> & c']);
  });

  it('are repeated by a synchronisation point', async () => {
    const client = await start();
    const address = await client.subscribe();
    client.camera.motion(true);
    await client.pull(address);
    await client.call(address, { operation: '<tev:SetSynchronizationPoint/>' });
    expect((await client.pull(address))[0]).toMatch(/MotionAlarm Initialized .* State=true$/);
  });

  it('stop with Unsubscribe', async () => {
    const client = await start();
    const address = await client.subscribe();
    expect((await client.call(address, { operation: '<wsnt:Unsubscribe/>' })).status).toBe(200);
    expect((await client.call(address, { operation: PULL })).subcode).toBe('wsrf-rw:ResourceUnknownFault');
  });

  it('live as long as they are renewed, by the clock of the camera', async () => {
    const client = await start();
    client.camera.clockSkewMs = 3_600_000;
    const address = await client.subscribe();
    await client.clock.advance(59_000);
    const until = '<wsnt:TerminationTime>2026-05-01T11:03:00Z</wsnt:TerminationTime>';
    const reply = await client.call(address, { operation: `<wsnt:Renew>${until}</wsnt:Renew>` });
    expect(textAt(reply.body, 'RenewResponse', 'TerminationTime')).toBe('2026-05-01T11:03:00.000Z');
    await client.clock.advance(120_000);
    expect(client.camera.subscriptionCount).toBe(1);
    await client.clock.advance(1_000);
    expect(client.camera.subscriptionCount).toBe(0);
  });
});

describe('cameras differ:', () => {
  test.each([
    ['absolute', /^http:\/\/127\.0\.0\.1:\d+\/onvif\/subscription\/1$/],
    ['relative', /^\/onvif\/subscription\/1$/],
    ['wrong-host', /^http:\/\/198\.51\.100\.7:80\/onvif\/subscription\/1$/],
  ] as const)('the address of a subscription is %s', async (subscriptionReference, expected) => {
    const client = await start({ quirks: { subscriptionReference, checksDestination: true } });
    const address = addressOf(await client.createPullPoint());
    expect(address).toMatch(expected);
    const { pathname } = new URL(address, client.origin);
    expect((await client.call(pathname, { operation: PULL, to: address })).status).toBe(200);
    const elsewhere = `${client.origin}/elsewhere`;
    expect((await client.call(pathname, { operation: PULL, to: elsewhere })).subcode).toBe(
      'wsa5:DestinationUnreachable',
    );
  });

  test('a subscription is named by a reference parameter', async () => {
    const client = await start({ quirks: { subscriptionReference: 'reference-parameters' } });
    const address = addressOf(await client.createPullPoint());
    const header = '<SubscriptionId>1</SubscriptionId>';
    expect((await client.call(address, { operation: PULL, header })).status).toBe(200);
    expect((await client.call(address, { operation: PULL })).subcode).toBe('wsrf-rw:ResourceUnknownFault');
  });

  test('only absolute termination times are understood', async () => {
    const client = await start({ quirks: { refuseRelativeTermination: true } });
    expect((await client.createPullPoint()).subcode).toBe('wsnt:UnacceptableInitialTerminationTimeFault');
    expect((await client.createPullPoint('2026-05-01T10:01:00Z')).status).toBe(200);
  });

  test('a pull does not prolong the subscription', async () => {
    const client = await start({ quirks: { pullKeepsAlive: false } });
    await client.clock.advance(0);
    const address = await client.subscribe();
    await client.clock.advance(50_000);
    client.camera.motion(true);
    await client.pull(address);
    await client.clock.advance(10_000);
    expect(client.camera.subscriptionCount).toBe(0);
  });

  test('there are few subscriptions', async () => {
    const client = await start({ quirks: { maxSubscriptions: 1 } });
    await client.createPullPoint();
    expect((await client.createPullPoint()).subcode).toBe('wsnt:SubscribeCreationFailedFault');
  });

  test('addressing headers are needed', async () => {
    const client = await start();
    const operation = '<tev:CreatePullPointSubscription/>';
    const reply = await client.call(EVENTS, { operation, addressing: false });
    expect(reply.subcode).toBe('wsa5:MessageAddressingHeaderRequired');
  });
});

describe('a fault', () => {
  it.each([
    ['no XML', 'hello', 'ter:WellFormed'],
    ['half a document', '<a><b>', 'ter:WellFormed'],
    ['a document type', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'ter:WellFormed'],
    ['endless nesting', '<a>'.repeat(100) + '</a>'.repeat(100), 'ter:WellFormed'],
  ])('answers %s', async (_what, content, subcode) => {
    const client = await start();
    expect((await client.post(SERVICES, content)).subcode).toBe(subcode);
  });

  it('answers an operation that the camera does not have', async () => {
    const client = await start();
    const reply = await client.call(SERVICES, { operation: '<tds:SystemReboot/>' });
    expect([reply.status, reply.subcode]).toEqual([500, 'ter:ActionNotSupported']);
  });

  it('ends a pull that waits when the camera forgets its subscriptions', async () => {
    const client = await start();
    const address = await client.subscribe();
    const pull = client.call(address, { operation: PULL });
    await client.call(SERVICES, { operation: '<tds:GetScopes/>' });
    client.camera.dropSubscriptions();
    expect((await pull).subcode).toBe('wsrf-rw:ResourceUnknownFault');
  });

  it('is not wasted on a request that is too large', async () => {
    const client = await start();
    expect((await client.post(SERVICES, ' '.repeat(300_000))).status).toBe(413);
  });
});

describe('trouble on demand:', () => {
  test('a reboot closes the ports, keeps their numbers and loses the subscriptions', async () => {
    const client = await start();
    const { onvifAddress, rtspUrl } = client.camera;
    const address = await client.subscribe();
    client.camera.motion(true);
    const reboot = client.camera.rebootFor(20_000);
    await expect(client.createPullPoint()).rejects.toThrow('fetch failed');
    await client.clock.advance(20_000);
    await reboot;
    expect([client.camera.onvifAddress, client.camera.rtspUrl]).toEqual([onvifAddress, rtspUrl]);
    expect((await client.call(address, { operation: PULL })).subcode).toBe('wsrf-rw:ResourceUnknownFault');
    const [motion] = await client.pull(addressOf(await client.createPullPoint()));
    expect(motion).toMatch(/MotionAlarm Initialized .* State=false$/);
  });

  test('a camera that is stopped during a reboot stays off', async () => {
    const client = await start();
    const reboot = client.camera.rebootFor(20_000);
    await client.camera.stop();
    await reboot;
    await expect(client.createPullPoint()).rejects.toThrow('fetch failed');
  });

  test('a camera that hangs takes requests and never answers', async () => {
    const client = await start();
    client.camera.stall('onvif');
    const outcome = client.post(SERVICES, '<a/>', AbortSignal.timeout(100)).catch((error: Error) => error.name);
    expect(await outcome).toBe('TimeoutError');
    client.camera.resume();
    expect((await client.call(SERVICES, { operation: '<tds:GetScopes/>' })).status).toBe(200);
  });

  test('any bytes can take the place of a reply, for one operation and so many times', async () => {
    const client = await start();
    client.camera.replyWith({ body: 'nonsense', status: 502, operation: 'GetScopes', times: 1 });
    const statuses: number[] = [];
    for (const operation of ['<tds:GetServices/>', '<tds:GetScopes/>', '<tds:GetScopes/>']) {
      statuses.push((await client.call(SERVICES, { operation })).status);
    }
    expect(statuses).toEqual([200, 502, 200]);
  });

  test('a reply can come one byte at a time', async () => {
    const client = await start();
    client.camera.replyWith({ body: 'abc', byteEveryMs: 500 });
    const content = '<Envelope><Body><GetScopes/></Body></Envelope>';
    const response = await fetch(client.camera.onvifAddress, { method: 'POST', body: content });
    const text = response.text();
    await client.clock.advance(1_500);
    expect(await text).toBe('abc');
  });
});

test('a unicast probe is answered with the address of the device service', async () => {
  const client = await start();
  const socket = createSocket('udp4');
  const probe = '<E><Header><MessageID>uuid:7</MessageID></Header><Body><Probe/></Body></E>';
  socket.send(probe, client.camera.discoveryPort, '127.0.0.1');
  const [datagram] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  const match = find(parseXml(datagram.toString()), 'Body', 'ProbeMatches', 'ProbeMatch');
  expect(textAt(match, 'XAddrs')).toBe(client.camera.onvifAddress);
  expect(textAt(match, 'EndpointReference', 'Address')).toBe(client.camera.identity.endpoint);
});
