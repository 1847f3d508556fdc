import type { PairedDevice } from '../devices/device.js';
import type { ControlWorks } from '../gateway.js';
import { type ControlRoute, route } from './route.js';

/** A message for `angrid profile learn`: raw, and never off this machine. */
export interface LearnedLine {
  /** The device's own id in topics and bodies. */
  readonly device: string;
  readonly topic: string;
  /** Base64, cut to 64 KiB. */
  readonly body: string;
  /** Its profile understands all of it. */
  readonly known: boolean;
}

/** Hands over what a device says: first what is kept of it because no profile knows it, then what comes. */
export function learnRoutes(works: ControlWorks): ControlRoute[] {
  return [
    route('GET', '/devices/:id/messages', ({ params: [id = ''], signal }) => {
      return { stream: messagesOf(works, works.registry.get(id), signal) };
    }),
  ];
}

/** The device connects anew, so that it may publish to topics that its profile does not list; afterwards once more. */
async function* messagesOf(
  { learning, broker, unknown, tail }: ControlWorks,
  { id, vendorId: device = id }: PairedDevice,
  signal: AbortSignal,
): AsyncGenerator<LearnedLine> {
  const end = learning.begin(id);
  try {
    broker.disconnect(id);
    for await (const { topic, body } of unknown.opened(id)) {
      yield { device, topic, body: body.toString('base64'), known: false };
    }
    for await (const line of tail.follow({ device: id, raw: false, body: true }, signal)) {
      const known = !line.unknown && line.error === undefined;
      yield { device, topic: line.topic, body: line.body ?? '', known };
    }
  } finally {
    end();
    broker.disconnect(id);
  }
}
