import type { AnGridError, GatewayTime } from '@angrid/contract';
import { mkdir } from 'node:fs/promises';
import { builtInProfiles, type Catalogue, loadProfiles } from '@angrid/device-profiles';
import type { Clock, Log, Redactor } from '@angrid/runtime';
import type { GatewaySettings } from './config/settings.js';
import { type AddressGuard, addressGuard } from './devices/address-guard.js';
import { CameraFactsFile } from './devices/camera-facts.js';
import { CredentialList } from './devices/credential-list.js';
import type { PairedDevice } from './devices/device.js';
import { DeviceRegistry } from './devices/registry.js';
import { withTwins } from './drivers/onvif/mqtt-twins.js';
import { AccessLog } from './flow/access-log.js';
import { DeviceStates } from './flow/device-states.js';
import { Learning } from './flow/learning.js';
import { SiteView } from './flow/site-view.js';
import { UnknownVault } from './flow/unknown-vault.js';
import { type Enrolment, Identity } from './identity/identity.js';
import { dataLayout } from './identity/layout.js';
import { bootId, machineId, stamper } from './identity/machine.js';
import { Seal } from './identity/seal.js';
import { defaultLimits, openOutbox, type StoreLimits, type ThreadEntry } from './outbox/open-outbox.js';
import type { Outbox } from './outbox/outbox.js';
import type { KnownDevice } from './pipeline.js';
import { SiteStore } from './site/site-store.js';
import { Tally } from './telemetry/tally.js';

export interface GatewayOptions {
  readonly settings: GatewaySettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor: Redactor;
  /** Where the outbox's thread is loaded from; the compiled file unless given. */
  readonly outboxThread?: ThreadEntry;
  /** Called once, when the outbox takes nothing any more: the process is to end, and to be started again. */
  readonly onBroken?: (error: AnGridError) => void;
}

/** What everything else stands on: who the gateway is, what it holds on disk and what it knows of its site. */
export interface Ground extends GatewayOptions {
  readonly layout: ReturnType<typeof dataLayout>;
  readonly identity: Identity;
  readonly enrolment: Enrolment;
  readonly seal: Seal;
  readonly accesses: AccessLog;
  readonly site: SiteStore;
  readonly view: SiteView;
  readonly registry: DeviceRegistry;
  /** Logins that cameras of the site may have. */
  readonly credentials: CredentialList;
  /** What each camera was when it was last asked. */
  readonly cameraFacts: CameraFactsFile;
  readonly profiles: Catalogue;
  readonly outbox: Outbox;
  readonly tally: Tally;
  readonly unknown: UnknownVault;
  readonly learning: Learning;
  readonly states: DeviceStates;
  readonly guard: AddressGuard;
  stamp(): GatewayTime;
  find(device: string): KnownDevice | undefined;
}

/** Throws gateway.not-initialised before `angrid init`, profile.invalid and outbox.unusable. */
export async function openGround(options: GatewayOptions): Promise<Ground> {
  const { settings, clock, redactor } = options;
  const layout = dataLayout(settings.data);
  await mkdir(layout.folder, { recursive: true, mode: 0o700 });
  const identity = await Identity.open(layout.identity);
  const enrolment = await identity.enrolment();
  const seal = await Seal.open(layout.sealKey);
  const site = await SiteStore.open(layout.site);
  const registry = await DeviceRegistry.open(layout.devices, seal);
  const credentials = await CredentialList.open(layout.credentials, seal);
  const cameraFacts = await CameraFactsFile.open(layout.cameraFacts);
  redactor.register(...credentials.all().map(({ password }) => password));
  const register = (): void => redactor.register(...registry.all().flatMap(secretOf));
  registry.onChange(register);
  register();
  const own = settings.profiles === undefined ? [] : [settings.profiles];
  const profiles = withTwins(await loadProfiles([builtInProfiles, ...own]));
  const boot = await bootId();
  const { siteKey } = identity;
  const view = new SiteView({ gateway: enrolment.gateway, siteKey, clock, config: () => site.config });
  const outbox = await openStore(options, { gateway: enrolment.gateway, boot, view });
  return {
    ...options,
    layout,
    identity,
    enrolment,
    seal,
    accesses: new AccessLog(layout.accesses),
    site,
    view,
    registry,
    credentials,
    cameraFacts,
    profiles,
    outbox,
    tally: new Tally(),
    unknown: new UnknownVault(layout.unknown, seal, clock),
    learning: new Learning(),
    states: new DeviceStates(clock),
    guard: addressGuard({ networks: settings.cameras.networks.map(String) }),
    stamp: stamper(clock, boot),
    find: (id) => knownDevice(registry.find(id), profiles),
  };
}

export function knownDevice(device: PairedDevice | undefined, profiles: Catalogue): KnownDevice | undefined {
  const profile = device && profiles.get(device.profile);
  return device && profile && { device, profile };
}

interface Owner {
  readonly gateway: string;
  readonly boot: string;
  readonly view: SiteView;
}

async function openStore(options: GatewayOptions, owner: Owner): Promise<Outbox> {
  const { settings, clock, log, outboxThread, onBroken } = options;
  return openOutbox({
    dataFolder: settings.data,
    gateway: owner.gateway,
    clock,
    log,
    machine: await machineId(settings.data),
    boot: owner.boot,
    facts: () => owner.view.facts(),
    limits: limitsOf(settings.outbox),
    ...(outboxThread && { thread: outboxThread }),
    ...(onBroken && { onBroken }),
  });
}

function limitsOf({ alarms, records, reserve }: GatewaySettings['outbox']): StoreLimits {
  const { quotas } = defaultLimits;
  return {
    ...defaultLimits,
    quotas: {
      alarm: { ...quotas.alarm, bytes: alarms },
      record: { ...quotas.record, bytes: records },
      media: quotas.media,
    },
    reserveBytes: reserve,
  };
}

function secretOf({ password }: PairedDevice) {
  return password === undefined ? [] : [password];
}
