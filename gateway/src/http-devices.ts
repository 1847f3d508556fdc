import { AnGridError } from '@angrid/contract';
import type { CompiledProfile } from '@angrid/device-profiles';
import type { OwnCertificates } from '@angrid/runtime';
import { addressGuard } from './devices/address-guard.js';
import type { PairedDevice } from './devices/device.js';
import { PairedPushDirectory } from './devices/push-directory.js';
import type { DeviceInstructor } from './drivers/driver.js';
import { type CallAccount, createHttpPush, DeviceCaller, type HttpPush } from './drivers/http-push/index.js';
import type { Broker } from './drivers/mqtt/index.js';
import type { Ground } from './ground.js';
import type { Pipeline } from './pipeline.js';

/** Everything that speaks HTTP with devices. */
export interface HttpDevices {
  readonly push: HttpPush;
  readonly directory: PairedPushDirectory;
  readonly caller: DeviceCaller;
  /** The one address of a device that may be called; throws `device.address-*`. */
  resolve(host: string): Promise<string>;
  /** Gives up what is under way with a device that was changed or removed. */
  forget(deviceId: string): void;
}

/** The listener opens once there is a device that needs it: see `HttpPush.open`. */
export function openHttpDevices(ground: Ground, pipeline: Pipeline, tls: OwnCertificates): HttpDevices {
  const { settings, registry, profiles, clock, log, tally, stamp, states } = ground;
  const { plain, plainNetwork, connections, connectionsPerAddress, request } = settings.http;
  const network = plain && plainNetwork !== undefined ? { ...plain, network: plainNetwork } : undefined;
  const directory = new PairedPushDirectory(registry, profiles);
  const push = createHttpPush({
    sink: pipeline,
    directory,
    settings: {
      tls: settings.http.tls,
      ...(network && { plain: network }),
      limits: { sockets: connections, socketsPerIp: connectionsPerAddress, requestBytes: request },
    },
    tls,
    clock,
    log,
    counters: tally,
    stamp,
    onRefused: (device) => pipeline.refuse(device),
    onLife: (device) => {
      pipeline
        .presence(device, 'online')
        .catch((error: unknown) => log.warn({ err: error, device }, 'presence is not stored'));
    },
    onPresence: ({ deviceId, state }) => states.set(deviceId, state),
  });
  const guard = addressGuard({ networks: settings.http.networks.map(String) });
  const resolve = (host: string) => guard.resolve(host);
  const caller = new DeviceCaller({ sink: pipeline, clock, counters: tally, stamp, resolve });
  const forget = (device: string): void => {
    push.forget(device);
    caller.forget(device);
  };
  return { push, directory, caller, resolve, forget };
}

export interface InstructorParts {
  readonly http: HttpDevices;
  readonly broker: Pick<Broker, 'publish' | 'sessions'>;
  readonly find: Ground['find'];
}

/** Tells each device what to do in the way that it takes instructions. */
export function deviceInstructor({ http, broker, find }: InstructorParts): DeviceInstructor {
  return {
    async send(id, instruction) {
      const known = find(id);
      if (!known) throw new AnGridError('device.unknown', { op: 'device.instruct', subject: id });
      switch (instruction.by) {
        case 'publish':
          if (!isConnected(broker, id)) throw unreachable(id, 'it is not connected');
          await broker.publish(instruction.topic, instruction.payload);
          return {};
        case 'poll':
          await http.push.hold(id, instruction);
          return {};
        case 'call':
          return http.caller.call(callAccountOf(known.device, known.profile), instruction);
      }
    },
  };
}

function isConnected(broker: Pick<Broker, 'sessions'>, id: string): boolean {
  return broker.sessions().some(({ deviceId, state }) => deviceId === id && state === 'online');
}

function callAccountOf({ id, address, deviceUser, password }: PairedDevice, profile: CompiledProfile): CallAccount {
  if (address === undefined) throw unreachable(id, 'its address is not known');
  const credentials = deviceUser !== undefined && password !== undefined ? { user: deviceUser, password } : undefined;
  return {
    deviceId: id,
    address,
    credentials,
    maxBytes: profile.maxBytes,
    parse: (body) => profile.parse(body),
  };
}

function unreachable(subject: string, detail: string): AnGridError {
  return new AnGridError('device.unreachable', { op: 'device.instruct', subject, detail });
}
