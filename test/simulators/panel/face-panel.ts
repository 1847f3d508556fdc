import { type PanelAccess, PanelLink } from './panel-link.js';

export interface FacePanelOptions extends PanelAccess {
  /** The panel's own number in topics and bodies. */
  readonly number: string;
}

/** What the face panel writes for "allowed", "refused" and "not registered". */
export const verifyStatus = { granted: '1', denied: '2', unregistered: '3' } as const;

/** A tiny JPEG stands for the picture that such a panel sends along with each record. */
const PICTURE = `data:image/jpeg;base64,${Buffer.alloc(512, 0xd8).toString('base64')}`;

/** A face panel that speaks the facesluice protocol (profile face-panel-mqtt). */
export class FacePanel {
  private record = 0;
  private acknowledged = new Set<string>();

  private constructor(
    private readonly options: FacePanelOptions,
    private link: PanelLink | undefined,
  ) {}

  static async start(options: FacePanelOptions): Promise<FacePanel> {
    const panel = new FacePanel(options, undefined);
    await panel.connect();
    return panel;
  }

  async connect(): Promise<void> {
    const { number } = this.options;
    const offline = { operator: 'Offline', info: { facesluiceId: number, time: local() } };
    this.link = await PanelLink.connect(this.options, { topic: 'mqtt/face/basic', payload: JSON.stringify(offline) });
    await this.link.subscribe(`mqtt/face/${number}`, (text) => this.take(text));
    await this.link.publish('mqtt/face/basic', { operator: 'Online', info: { facesluiceId: number, time: local() } });
  }

  /** A face was verified; resolves with the PUBACK. */
  async verified(status: keyof typeof verifyStatus, person = '7'): Promise<void> {
    this.record += 1;
    const info = {
      facesluiceId: this.options.number,
      RecordID: String(this.record),
      VerifyStatus: verifyStatus[status],
      PersonType: '0',
      similarity1: '92.1',
      Sendintime: 1,
      PushType: 0,
      customId: `R-${person}`,
      personId: person,
      time: local(),
      pic: PICTURE,
    };
    await this.link?.publish(`mqtt/face/${this.options.number}/Rec`, { operator: 'RecPush', info });
  }

  async heartbeat(): Promise<void> {
    const info = { facesluiceId: this.options.number, time: local() };
    await this.link?.publish('mqtt/face/heartbeat', { operator: 'HeartBeat', info }, 0);
  }

  /** Records whose PushAck has come. */
  get pushAcks(): ReadonlySet<string> {
    return this.acknowledged;
  }

  vanish(): void {
    this.link?.vanish();
    this.link = undefined;
  }

  async stop(): Promise<void> {
    await this.link?.leave();
    this.link = undefined;
  }

  private take(text: string): void {
    const body = JSON.parse(text) as { operator?: string; info?: { SnapOrRecordID?: string } };
    const record = body.info?.SnapOrRecordID;
    if (body.operator === 'PushAck' && record !== undefined) this.acknowledged.add(record);
  }
}

/** `2026-01-02 08:00:00` in the zone of the site, without saying so: as these panels do. */
function local(): string {
  return new Date().toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' });
}
