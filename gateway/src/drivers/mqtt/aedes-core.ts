import { Aedes, type AedesOptions, type Client, type PublishPacket } from 'aedes';

type Callback = (error?: Error) => void;

/**
 * aedes without the part that routes from panel to panel: what a panel sends is durable when it has been authorised,
 * and ends there. Only the gateway's own messages are routed.
 */
export class PanelAedes extends Aedes {
  constructor(options: AedesOptions) {
    super(options);
    this.on('error' as 'closed', () => undefined);
  }

  override publish(packet: PublishPacket, from: Client | Callback, done?: Callback): void {
    if (typeof from === 'function') return super.publish(packet, from);
    done?.();
  }
}
