import { randomBytes, randomUUID } from 'node:crypto';
import { VirtualClock } from '@angrid/runtime';
import { passwordDigest } from './auth/username-token.js';
import { type CameraOptions, SimulatedCamera } from './camera.js';
import { find, parseXml, textAt, type XmlElement } from './onvif/xml.js';

export const SERVICES = '/onvif/device_service';
export const EVENTS = '/onvif/event_service';
export const PULL =
  '<tev:PullMessages><tev:Timeout>PT5S</tev:Timeout><tev:MessageLimit>50</tev:MessageLimit></tev:PullMessages>';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: XmlElement | undefined;
  readonly subcode: string | undefined;
}

interface Call {
  readonly operation: string;
  readonly to?: string;
  readonly login?: string | 'none';
  readonly header?: string;
  readonly addressing?: boolean;
}

/** A camera without video on a virtual clock, and the calls of a client that knows its password. */
export class CameraClient {
  password = 'pass';

  private constructor(
    readonly camera: SimulatedCamera,
    readonly clock: VirtualClock,
  ) {}

  /** Starts the camera at 10:00 UTC. */
  static async start(options: Partial<CameraOptions> = {}): Promise<CameraClient> {
    const clock = new VirtualClock('2026-05-01T10:00:00Z');
    const base = { id: 'gate-1', name: 'East gate', user: 'admin', password: 'pass', cacheDir: 'unused' };
    const camera = await SimulatedCamera.start({ ...base, video: 'off', multicast: false, clock, ...options });
    return new CameraClient(camera, clock);
  }

  get origin(): string {
    return new URL(this.camera.onvifAddress).origin;
  }

  /** A token in the camera's time. */
  token(created = new Date(this.clock.wall() + this.camera.clockSkewMs).toISOString()): string {
    const nonce = randomBytes(16).toString('base64');
    return `<wsse:Security><wsse:UsernameToken><wsse:Username>admin</wsse:Username>
      <wsse:Password Type="urn:x#PasswordDigest">${passwordDigest(nonce, created, this.password)}</wsse:Password>
      <wsse:Nonce>${nonce}</wsse:Nonce><wsse:Created>${created}</wsse:Created></wsse:UsernameToken></wsse:Security>`;
  }

  async post(address: string, content: string, signal?: AbortSignal): Promise<Reply> {
    const url = new URL(address, this.origin);
    const response = await fetch(url, { method: 'POST', body: content, signal: signal ?? null });
    const text = await response.text();
    const body = text.startsWith('<?xml') ? find(parseXml(text), 'Body') : undefined;
    const subcode = textAt(body, 'Fault', 'Code', 'Subcode', 'Value');
    return { status: response.status, headers: response.headers, body, subcode };
  }

  call(address: string, call: Call): Promise<Reply> {
    const login = call.login ?? this.token();
    const addressing = `<wsa:Action>urn:test</wsa:Action><wsa:MessageID>urn:uuid:${randomUUID()}</wsa:MessageID>`;
    const to = call.to === undefined ? '' : `<wsa:To>${call.to}</wsa:To>`;
    return this.post(
      address,
      `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:wsse="urn:wsse" xmlns:wsa="urn:wsa"
        xmlns:tds="urn:tds" xmlns:tev="urn:tev" xmlns:wsnt="urn:wsnt"><s:Header>${login === 'none' ? '' : login}
        ${call.addressing === false ? '' : addressing}${to}${call.header ?? ''}</s:Header>
        <s:Body>${call.operation}</s:Body></s:Envelope>`,
    );
  }

  createPullPoint(termination = 'PT60S'): Promise<Reply> {
    const time = `<tev:InitialTerminationTime>${termination}</tev:InitialTerminationTime>`;
    const operation = `<tev:CreatePullPointSubscription>${time}</tev:CreatePullPointSubscription>`;
    return this.call(EVENTS, { operation });
  }

  /** The address of a new pull point whose initial states have been pulled. */
  async subscribe(): Promise<string> {
    const address = addressOf(await this.createPullPoint());
    await this.pull(address);
    return address;
  }

  async pull(address: string): Promise<string[]> {
    return messagesOf(await this.call(address, { operation: PULL }));
  }
}

/** The address of the pull point that was created. */
export function addressOf(reply: Reply): string {
  const reference = find(reply.body, 'CreatePullPointSubscriptionResponse', 'SubscriptionReference');
  return textAt(reference, 'Address') ?? '';
}

/** Each notification as `topic operation utcTime source data`, without the prefix of the topic. */
function messagesOf(reply: Reply): string[] {
  const response = find(reply.body, 'PullMessagesResponse');
  const notifications = response?.children.filter(({ name }) => name === 'NotificationMessage') ?? [];
  return notifications.map((notification) => {
    const message = find(notification, 'Message', 'Message');
    const items = (part: string): string =>
      (find(message, part)?.children ?? [])
        .map(({ attributes }) => `${attributes['Name']}=${attributes['Value']}`)
        .join();
    const { PropertyOperation = 'Event', UtcTime } = message?.attributes ?? {};
    const topic = textAt(notification, 'Topic')?.replace('tns1:', '');
    return [topic, PropertyOperation, UtcTime?.slice(11, 19), items('Source'), items('Data')].join(' ');
  });
}
