import { AnGridError } from '@angrid/contract';

type Send = (topic: string, payload: Buffer) => Promise<void>;

/**
 * The one queue of the gateway's own messages. The broker loses a message of a client when a later one overtakes it, so
 * each is sent only after the one before it has been written.
 */
export class OutboundQueue {
  private last: Promise<void> = Promise.resolve();
  private waiting = 0;

  constructor(
    private readonly send: Send,
    private readonly most: number,
  ) {}

  async add(topic: string, payload: Buffer): Promise<void> {
    if (this.waiting >= this.most) {
      throw new AnGridError('broker.busy', {
        op: 'mqtt.publish',
        subject: topic,
        detail: `${this.most} messages wait`,
      });
    }
    this.waiting += 1;
    const sent = this.last.then(() => this.send(topic, payload));
    this.last = sent.catch(() => undefined).then(() => void (this.waiting -= 1));
    return sent;
  }
}
