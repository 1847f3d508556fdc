import { randomBytes } from 'node:crypto';
import { type PanelAccess, PanelLink } from './panel-link.js';

export interface JsonPanelOptions extends PanelAccess {
  /** The device id in its topics. */
  readonly device: string;
}

/** A panel of the generic JSON convention (profile json-panel). */
export class JsonPanel {
  private sequence = 0;
  private readonly boot = randomBytes(3).toString('hex');

  private constructor(
    private readonly options: JsonPanelOptions,
    private link: PanelLink | undefined,
  ) {}

  static async start(options: JsonPanelOptions): Promise<JsonPanel> {
    const panel = new JsonPanel(options, undefined);
    await panel.connect();
    return panel;
  }

  async connect(): Promise<void> {
    this.link = await PanelLink.connect(this.options, { topic: this.topic('state'), payload: '{"state":"offline"}' });
    await this.link.publish(this.topic('state'), { state: 'online' });
  }

  /** Sends one event; resolves with its PUBACK. */
  async event(event: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
    this.sequence += 1;
    const body = { event, seq: this.sequence, boot: this.boot, time: new Date().toISOString(), door: '1', ...more };
    await this.link?.publish(this.topic('event'), body);
  }

  async heartbeat(): Promise<void> {
    await this.link?.publish(this.topic('heartbeat'), { boot: this.boot, seq: this.sequence }, 0);
  }

  vanish(): void {
    this.link?.vanish();
    this.link = undefined;
  }

  async stop(): Promise<void> {
    await this.link?.leave();
    this.link = undefined;
  }

  private topic(last: string): string {
    return `angrid/v1/${this.options.device}/${last}`;
  }
}
