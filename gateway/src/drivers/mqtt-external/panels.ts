import { compileTopics, isTopic } from '../../mqtt/topics.js';
import { TopicTree } from './topic-tree.js';

/** A paired device whose messages come over the external broker. */
export interface ExternalPanel {
  readonly deviceId: string;
  /** The device's own id in topics; it takes the place of `{device}` in the patterns. */
  readonly vendorId: string;
  /** Topic patterns with `+`, `#` and `{device}` that its profile names for what it sends. */
  readonly publish: readonly string[];
  /** The QoS that the profile expects of its messages. */
  readonly qos: 0 | 1;
  /** Silence of this many seconds means that it is away; undefined where the profile has no heartbeat. */
  readonly offlineAfterSeconds: number | undefined;
  readonly profile: string;
  /** The vendor id that a message names in its body; undefined where it names none. Never throws. */
  names(topic: string, body: Buffer): string | undefined;
}

/** Why a message is no reading of any device. It is acknowledged, or it would come for ever. */
export type Refusal =
  'unpaired-device' | 'unnamed-device' | 'ambiguous-device' | 'invalid-topic' | 'retained' | 'oversize';

const DEVICE = '{device}';

interface Shared {
  readonly names: ExternalPanel['names'];
  readonly panels: Map<string, ExternalPanel>;
}

/**
 * Whose message is it? A topic with the device's id in it says so. Under a topic that many devices share the body does;
 * it is read by one profile once, not once a device.
 */
export class Panels {
  /** What is subscribed to, each once. */
  readonly filters: ReadonlySet<string>;
  private readonly own = new TopicTree<ExternalPanel>();
  private readonly shared = new TopicTree<Shared>();
  private readonly byId = new Map<string, ExternalPanel>();

  /** `onInvalid` is told of a device whose topics are none; the others are served. */
  constructor(panels: Iterable<ExternalPanel>, onInvalid: (panel: ExternalPanel, error: unknown) => void) {
    const filters = new Set<string>();
    const groups = new Map<string, Shared>();
    for (const panel of panels) {
      try {
        compileTopics(panel.publish, panel.vendorId);
      } catch (error) {
        onInvalid(panel, error);
        continue;
      }
      this.byId.set(panel.deviceId, panel);
      for (const pattern of panel.publish) {
        filters.add(pattern.replaceAll(DEVICE, panel.vendorId));
        if (pattern.includes(DEVICE)) this.own.add(pattern.replaceAll(DEVICE, panel.vendorId), panel);
        else this.join(pattern, panel, groups);
      }
    }
    this.filters = filters;
  }

  get(deviceId: string): ExternalPanel | undefined {
    return this.byId.get(deviceId);
  }

  all(): Iterable<ExternalPanel> {
    return this.byId.values();
  }

  find(topic: string, body: Buffer): ExternalPanel | Refusal {
    if (!isTopic(topic)) return 'invalid-topic';
    const [panel, another] = this.own.find(topic);
    if (panel) return another ? 'ambiguous-device' : panel;
    let refusal: Refusal = 'unpaired-device';
    for (const { names, panels } of this.shared.find(topic)) {
      const named = names(topic, body);
      const found = named === undefined ? undefined : panels.get(named);
      if (found) return found;
      if (named === undefined) refusal = 'unnamed-device';
    }
    return refusal;
  }

  private join(pattern: string, panel: ExternalPanel, groups: Map<string, Shared>): void {
    const key = JSON.stringify([panel.profile, pattern]);
    const known = groups.get(key);
    if (known) return void known.panels.set(panel.vendorId, panel);
    const made: Shared = { names: panel.names, panels: new Map([[panel.vendorId, panel]]) };
    groups.set(key, made);
    this.shared.add(pattern, made);
  }
}
