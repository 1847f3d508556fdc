import { type MqttClient, connectAsync } from 'mqtt';
import type { Socket } from 'node:net';

export interface PanelAccess {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** PEM of the site CA; without it the panel speaks plain MQTT. */
  readonly ca?: string;
}

export interface LastWill {
  readonly topic: string;
  readonly payload: string;
}

/** The MQTT side of a panel: one session, QoS 1, the CA it was given, and a will if its make has one. */
export class PanelLink {
  private constructor(private readonly client: MqttClient) {}

  static async connect({ host, port, user, password, ca }: PanelAccess, will?: LastWill): Promise<PanelLink> {
    const client = await connectAsync({
      host,
      port,
      protocol: ca === undefined ? 'mqtt' : 'mqtts',
      clientId: user,
      username: user,
      password,
      keepalive: 30,
      reconnectPeriod: 500,
      ...(ca !== undefined && { ca, rejectUnauthorized: true }),
      ...(will && { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1 as const, retain: false } }),
    });
    (client.stream as unknown as Socket).setNoDelay(true);
    return new PanelLink(client);
  }

  /** Resolves with the PUBACK. */
  async publish(topic: string, body: object | string, qos: 0 | 1 = 1): Promise<void> {
    await this.client.publishAsync(topic, typeof body === 'string' ? body : JSON.stringify(body), { qos });
  }

  async subscribe(topic: string, handler: (body: string) => void): Promise<void> {
    await this.client.subscribeAsync(topic, { qos: 1 });
    this.client.on('message', (received, payload) => {
      if (received === topic) handler(payload.toString('utf8'));
    });
  }

  /** Leaves as a panel does that is switched off properly. */
  async leave(): Promise<void> {
    await this.client.endAsync();
  }

  /** Is gone without a word, as after a power cut. */
  vanish(): void {
    this.client.options.reconnectPeriod = 0;
    this.client.stream.destroy();
    this.client.end(true);
  }
}
