import { join } from 'node:path';
import type { Command } from '@angrid/contract';
import type { ListenAddress } from '@angrid/runtime';
import type { CameraKeeper } from './cameras/camera-keeper.js';
import { controlRoutes } from './control/routes.js';
import { ControlServer } from './control/server.js';
import { Tail } from './control/tail.js';
import type { DeviceInstructor, ReadingSink } from './drivers/driver.js';
import type { Broker } from './drivers/mqtt/index.js';
import type { ExternalBroker } from './drivers/mqtt-external/index.js';
import type { BrokerWatch } from './flow/broker-watch.js';
import { EvidenceDesk } from './flow/evidence-desk.js';
import { HealthReporter } from './flow/health-reporter.js';
import { fetchEvidence } from './flow/release-desk.js';
import { RuleMemory } from './flow/rule-memory.js';
import { Storm } from './flow/storm.js';
import { type GatewayOptions, type Ground, openGround } from './ground.js';
import { deviceInstructor, type HttpDevices, openHttpDevices } from './http-devices.js';
import { BackFiller, DeliveryBook, Ledgers } from './ledger/index.js';
import { type LiveDesk, openLive, openLiveView } from './live/index.js';
import type { Media, StoredEvidence } from './media/media.js';
import { openMedia } from './open-media.js';
import { openPictures } from './open-pictures.js';
import type { PictureWatch } from './picture-health/index.js';
import { type CameraCare, openCameras } from './open-cameras.js';
import { type KnownDevice, Pipeline } from './pipeline.js';
import { certificatesOf, openPanelBroker } from './panel-broker.js';
import type { DeviceRuleState } from './rules/index.js';
import { MetricsServer } from './telemetry/metrics-server.js';
import type { CommandOutcome } from './uplink/channel.js';
import { createUplink, type Uplink, type UplinkWay } from './uplink/uplink.js';
import { version } from './version.js';

export type { GatewayOptions } from './ground.js';

export interface RunningGateway {
  readonly gateway: string;
  readonly mqtt: ListenAddress;
  readonly metrics: ListenAddress;
  readonly socket: string;
  stop(): Promise<void>;
}

/** Everything that works, on the ground it stands on. */
export interface Works extends Ground {
  readonly media: Media;
  readonly uplink: Uplink;
  readonly pipeline: Pipeline;
  readonly broker: Broker;
  /** The operator's own broker, where the configuration names one; `broker` is the same. */
  readonly external: ExternalBroker | undefined;
  /** What tells that it is away. */
  readonly brokerWatch: BrokerWatch | undefined;
  /** Devices that push over HTTP, and those that are called. */
  readonly http: HttpDevices;
  /** Tells any device what to do. */
  readonly instructor: DeviceInstructor;
  readonly cameras: CameraKeeper;
  readonly care: CameraCare;
  /** Tells when a camera cannot see. */
  readonly pictures: PictureWatch;
  /** Shows cameras while the cloud asks for it. */
  readonly live: LiveDesk;
  readonly tail: Tail;
  /** What the rules know of a device. */
  rulesOf(device: string): DeviceRuleState;
  readonly ledgers: Ledgers;
}

/** What the control routes stand on: all of it, once the listeners are open. */
export interface ControlWorks extends Works {
  readonly listening: { readonly tls: ListenAddress; readonly plain?: ListenAddress };
  readonly startedAt: string;
}

const TICK_MS = 1000;
const HEALTH_MS = 15_000;
/** How well the ledger knows, after a power cut, until when the gateway was there. */
const ALIVE_MS = 60_000;
const CERTIFICATE_CHECK_MS = 86_400_000;

/** Starts the gateway. Throws gateway.not-initialised, outbox.unusable, broker.listen-failed, profile.invalid. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const ground = await openGround(options);
  const works = await openWorks(ground);
  const startedAt = ground.stamp().wall;
  const { broker, http, cameras, uplink, pipeline, media, outbox, registry, settings, tally } = works;
  const listening = await broker.start();
  const { tls } = listening;
  if (http.directory.size > 0) await http.push.open();
  await cameras.keep(registry.all());
  uplink.start();
  const stopTimers = startTimers(works);
  const metrics = await MetricsServer.listen(settings.metrics, tally, () => healthOf(works));
  const socket = settings.socket ?? ground.layout.socket;
  const control = await ControlServer.listen(socket, controlRoutes({ ...works, listening, startedAt }), ground.log);
  ground.log.info({ gateway: ground.enrolment.gateway, mqtt: tls, version }, 'the gateway runs');
  return {
    gateway: ground.enrolment.gateway,
    mqtt: tls,
    metrics: metrics.address,
    socket,
    stop: async () => {
      stopTimers();
      await works.live.stop();
      await Promise.all([control.close(), metrics.close(), broker.stop(), http.push.stop(), cameras.stop()]);
      await works.care.stop();
      await works.pictures.save();
      await pipeline.close();
      await outbox.keep([works.ledgers.aliveWrite(ground.stamp())]);
      await media.stop();
      await uplink.stop();
      await ground.unknown.idle();
      await outbox.close();
    },
  };
}

async function openWorks(ground: Ground): Promise<Works> {
  const { outbox, tally, view, unknown } = ground;
  const tail = new Tail();
  const rules = await RuleMemory.load(outbox);
  const ledger = await openLedger(ground, { instructor: () => instructor, pipeline: () => pipeline });
  const pictures = await openPictures(ground, { pipeline: () => pipeline, cameras: () => eyes.cameras });
  const sink: ReadingSink = { accept: (reading) => pipeline.accept(reading) };
  const media = await openMedia(ground, { pictures, sink, eyes: () => eyes });
  const uplink = await openUplink(ground, { media, live: () => eyes.live });
  const desk = openDesk(ground, { media, uplink, pictures });
  const pipeline: Pipeline = new Pipeline({
    outbox,
    book: ledger.book,
    rules,
    site: view,
    storm: await Storm.load(outbox),
    unknown,
    tally,
    stamp: ground.stamp,
    devices: () => knownDevices(ground),
    find: ground.find,
    meeting: ({ profile }) => (profile.protocol === 'mqtt' ? meeting.brokerWatch?.meeting : undefined),
    acknowledge: (device, topic, payload) => meeting.broker.tell(device, topic, payload),
    onAlert: (alert, watching, severity) => desk.order(alert, watching, severity),
    onPassed: (reading, read) => {
      ledger.passed(reading.deviceId, reading.topic, read.events.length);
      tail.pass(reading, read);
    },
  });
  const meeting = await openPanelBroker(ground, pipeline);
  const http = openHttpDevices(ground, pipeline, await certificatesOf(ground));
  const instructor = deviceInstructor({ http, broker: meeting.broker, find: ground.find });
  const eyes = openEyes(ground, { media, pipeline, uplink });
  return {
    ...ground,
    media,
    uplink,
    pipeline,
    ...meeting,
    http,
    instructor,
    ...eyes,
    pictures,
    tail,
    rulesOf: (device) => rules.of(device),
    ledgers: ledger.ledgers,
  };
}

function openDesk(
  { outbox, clock, log, tally, view }: Ground,
  { media, uplink, pictures }: Pick<Works, 'media' | 'uplink' | 'pictures'>,
): EvidenceDesk {
  return new EvidenceDesk({
    media,
    outbox,
    clock,
    log,
    tally,
    facts: () => view.facts(),
    before: (camera) => pictures.before(camera),
    onStored: (stored) => void uplink.upload(stored),
  });
}

function* knownDevices({ registry, find }: Ground): Generator<KnownDevice> {
  for (const { id } of registry.all()) {
    const known = find(id);
    if (known) yield known;
  }
}

/** Pipeline and instructor are there by the time at which the ledger asks for them. */
async function openLedger(
  { outbox, log, find, view, states, stamp }: Ground,
  later: { readonly instructor: () => DeviceInstructor; readonly pipeline: () => Pipeline },
) {
  const ledgers = await Ledgers.load(outbox);
  const filler = new BackFiller({
    log,
    instructor: later.instructor,
    find,
    timezone: () => view.facts().timezone,
    skewMs: (device) => ledgers.of(device).clock.skewMs ?? 0,
    heard: (device, came) => later.pipeline().answered(device, came),
  });
  const book = new DeliveryBook({
    ledgers,
    startedAt: stamp(),
    driftSeconds: () => view.clockDriftSeconds(),
    facts: () => view.facts(),
    ask: (device, asking) => filler.ask(device, asking),
  });
  const passed = (device: string, topic: string, events: number): void => {
    const { skewMs } = ledgers.of(device).clock;
    if (skewMs !== undefined) states.skew(device, skewMs);
    filler.passed(device, topic, events);
  };
  return { ledgers, book, passed };
}

interface Obeying {
  readonly media: Media;
  readonly live: () => LiveDesk;
}

async function openUplink(ground: Ground, obeying: Obeying): Promise<Uplink> {
  const { enrolment, identity, outbox, clock, log, tally } = ground;
  const uplink: Uplink = createUplink({
    way: await wayOf(ground),
    gateway: enrolment.gateway,
    key: identity.key,
    outbox,
    clock,
    log,
    findEvidence: (evidence) => obeying.media.find(evidence),
    onCommand: (command) => obey(command, ground, { ...obeying, uplink }),
    onEvidenceLost: (_evidence, loss) => tally.drop(`evidence-${loss}`),
  });
  return uplink;
}

async function wayOf({ settings, enrolment, identity, layout }: Ground): Promise<UplinkWay> {
  if (settings.uplink === 'spool') return { kind: 'spool', folder: settings.spool ?? join(settings.data, 'spool') };
  const certificateAuthority = await identity.certificateAuthority();
  return { kind: 'https', url: enrolment.cloud, certificateAuthority, tokenFile: layout.token };
}

/** The allow-list of commands, carried out. */
async function obey(
  command: Command,
  ground: Ground,
  { media, live, uplink }: Obeying & { readonly uplink: Uplink },
): Promise<CommandOutcome> {
  switch (command.type) {
    case 'config.apply':
      await ground.site.apply(command.params.config);
      return { state: 'done' };
    case 'evidence.fetch': {
      const upload = (stored: StoredEvidence) => uplink.upload(stored);
      await fetchEvidence(command, { ...ground, media, upload, facts: () => ground.view.facts() });
      return { state: 'done' };
    }
    case 'live.open':
      openLiveView(live(), command);
      return { state: 'done' };
  }
}

interface Seen {
  readonly media: Media;
  readonly pipeline: Pipeline;
  readonly uplink: Uplink;
}

/** The cameras and who looks through them; both follow what is paired and what the site says of masks. */
function openEyes(ground: Ground, { media, pipeline, uplink }: Seen): Pick<Works, 'cameras' | 'care' | 'live'> {
  const { registry, site } = ground;
  const { cameras, care } = openCameras(ground, { media, pipeline });
  const live = openLive(ground, uplink, (camera) => cameras.streamOf(camera));
  registry.onChange(() => void cameras.keep(registry.all()).then(() => live.recheck()));
  site.onChange(() => {
    live.recheck();
    return cameras.watch();
  });
  return { cameras, care, live };
}

function startTimers(works: Works): () => void {
  const { clock, log, pipeline, outbox, tally, unknown, layout, view, stamp, ledgers, brokerWatch } = works;
  const reporter = new HealthReporter({
    outbox,
    tally,
    unknown,
    dataFolder: layout.folder,
    version,
    stamp,
    facts: () => view.facts(),
    devices: () => devicesOf(works),
    written: () => works.media.writing(),
  });
  const guarded = (what: string, work: () => Promise<void>) => () => {
    work().catch((error: unknown) => log.warn({ err: error }, what));
  };
  const each = (ms: number, what: string, work: () => Promise<void>) => clock.every(ms, guarded(what, work));
  const timers = [
    each(TICK_MS, 'the rules could not be brought on', () => pipeline.tick()),
    each(TICK_MS, 'the broker could not be looked at', async () => brokerWatch?.tick()),
    each(ALIVE_MS, 'the ledger is not dated', () => outbox.keep([ledgers.aliveWrite(stamp())])),
    clock.every(TICK_MS, () => works.care.tick()),
    each(TICK_MS, 'the pictures could not be looked at', () => works.pictures.tick()),
    each(HEALTH_MS, 'the health report is not stored', () => reporter.report()),
    each(CERTIFICATE_CHECK_MS, 'the certificate is not renewed', async () => {
      const certificates = await certificatesOf(works);
      works.broker.renew(certificates);
      works.http.push.renew(certificates);
    }),
  ];
  clock.after(
    0,
    guarded('the health report is not stored', () => reporter.report()),
  );
  return () => timers.forEach((cancel) => cancel());
}

function devicesOf({ states, registry, brokerWatch }: Works) {
  const told = states.report(registry.all().map(({ id }) => id));
  return brokerWatch?.asHeard(told) ?? told;
}

async function healthOf({ outbox, uplink }: Works) {
  const counts = await outbox.counts();
  const { state, failure } = uplink.status();
  return {
    ok: true,
    detail: { version, pending: counts.pending, uplink: state, ...(failure && { failure: failure.code }) },
  };
}
