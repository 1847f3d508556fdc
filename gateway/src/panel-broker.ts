import { ownCertificates } from '@angrid/runtime';
import { accountOf } from './devices/account.js';
import { type Broker, createBroker } from './drivers/mqtt/index.js';
import { ExternalBroker, type ExternalPanel, subscriptionFile } from './drivers/mqtt-external/index.js';
import { BrokerWatch } from './flow/broker-watch.js';
import type { ReadingSink } from './drivers/driver.js';
import { isTwin } from './drivers/onvif/mqtt-twins.js';
import { overMqtt } from './drivers/onvif/over-mqtt.js';
import { brokerHosts } from './gateway-hosts.js';
import type { Ground } from './ground.js';
import type { Pipeline } from './pipeline.js';

/** Where the panels meet the gateway over MQTT: its own broker, or the operator's. */
export interface PanelBroker {
  readonly broker: Broker;
  /** Only where the configuration names a broker of the operator's own. */
  readonly external: ExternalBroker | undefined;
  /** Tells when that one is away. */
  readonly brokerWatch: BrokerWatch | undefined;
}

export async function openPanelBroker(ground: Ground, pipeline: Pipeline): Promise<PanelBroker> {
  const { registry, log, states } = ground;
  const external = openExternal(ground, pipeline);
  const broker: Broker = external ?? (await openEmbedded(ground, pipeline));
  broker.onPresence(({ deviceId, state }) => {
    states.set(deviceId, state);
    if (external) return; // The rules hear every message themselves, and know what silence says.
    pipeline
      .presence(deviceId, state)
      .catch((error: unknown) => log.warn({ err: error, deviceId }, 'presence is not stored'));
  });
  if (external) registry.onChange(() => external.refresh());
  return { broker, external, brokerWatch: external && (await watchBroker(ground, external)) };
}

function watchBroker(ground: Ground, external: ExternalBroker): Promise<BrokerWatch> {
  const { outbox, enrolment, view, stamp } = ground;
  const { gateway } = enrolment;
  return BrokerWatch.open({
    outbox,
    isUp: () => external.isUp,
    noticedMs: external.noticedMs,
    gateway,
    devices: () => [...externalPanels(ground)].map(({ deviceId }) => deviceId),
    facts: () => view.facts(),
    settings: () => view.ruleSettings(gateway),
    stamp,
  });
}

/** Cameras that publish their events speak another way than panels do. */
function cameraSink({ find, tally }: Ground, sink: ReadingSink): ReadingSink {
  const isCamera = (device: string): boolean => {
    const profile = find(device)?.profile;
    return profile !== undefined && isTwin(profile);
  };
  return overMqtt({ sink, isCamera, onDropped: (reason) => tally.drop(reason) });
}

export function certificatesOf({ settings, layout, clock }: Ground) {
  const hosts = brokerHosts(settings.broker.names);
  return ownCertificates({ name: 'AnGrid site', folder: layout.pki, hosts, clock });
}

async function openEmbedded(ground: Ground, pipeline: Pipeline): Promise<Broker> {
  const { settings, registry, profiles, learning, clock, log, tally, stamp } = ground;
  const { tls, plain, plainNetwork, connections, connectionsPerAddress, packet } = settings.broker;
  const network = plain && plainNetwork !== undefined ? { ...plain, network: plainNetwork } : undefined;
  return createBroker({
    sink: cameraSink(ground, pipeline),
    directory: {
      find: async (user) => {
        const device = registry.byUser(user);
        const profile = device && profiles.get(device.profile);
        return device && profile && accountOf(device, profile, learning.has(device.id));
      },
    },
    settings: {
      tls,
      ...(network && { plain: network }),
      limits: { sockets: connections, socketsPerIp: connectionsPerAddress, packetBytes: packet },
    },
    tls: await certificatesOf(ground),
    clock,
    log,
    counters: tally,
    stamp,
    onRefused: (device) => pipeline.refuse(device),
  });
}

function openExternal(ground: Ground, pipeline: Pipeline): ExternalBroker | undefined {
  const { settings, layout, enrolment, clock, log, tally, stamp } = ground;
  const { url, session, clientId = `angrid-${enrolment.gateway}`, ...rest } = settings.mqtt.external;
  if (!url) return undefined;
  const external = new ExternalBroker({
    settings: { ...rest, url, clientId, sessionMs: session, limits: { packetBytes: settings.broker.packet } },
    sink: cameraSink(ground, pipeline),
    memory: subscriptionFile(layout.subscriptions),
    clock,
    log,
    counters: tally,
    stamp,
    panels: () => externalPanels(ground),
    random: Math.random,
  });
  tally.gauge('angrid_mqtt_broker_connected', 'whether the external broker is connected', () =>
    external.health().state === 'connected' ? 1 : 0,
  );
  return external;
}

/** All paired devices that speak MQTT: who may publish what is the affair of the operator's broker. */
function* externalPanels({ registry, profiles }: Ground): Iterable<ExternalPanel> {
  for (const { id, vendorId = id, profile: name } of registry.all()) {
    const profile = profiles.get(name);
    if (profile?.protocol !== 'mqtt') continue;
    const { publish, qos, offlineAfterSeconds } = profile;
    const names = (topic: string, body: Buffer) => profile.names({ topic, body });
    yield { deviceId: id, vendorId, publish, qos, offlineAfterSeconds, profile: name, names };
  }
}
