import { chmod, lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AnGridError } from '@angrid/contract';
import type { Clock, Log } from '@angrid/runtime';
import { CameraFeed, type FeedOptions } from './camera-feed.js';
import { ClipDesk } from './clip-desk.js';
import { describeRelease, type EvidenceSigner } from './descriptor.js';
import { type EvidenceDrop, EvidenceStore } from './evidence-store.js';
import { runJob } from './ffmpeg-child.js';
import type { GrayFrame, StreamNotice } from './gray-frame.js';
import { digestLogin } from './login.js';
import { MaskBook } from './masks.js';
import type { CameraStream, EvidenceRequest, Media, OriginalGrant } from './media.js';
import type { KeyWrap } from './sealed-file.js';
import { ReadBeat } from './read-beat.js';
import { defaultMediaSettings, type MediaSettings } from './settings.js';
import { Slots } from './slots.js';
import { preparePictures } from './picture.js';
import { PictureDecoder } from './picture-decoder.js';
import { keepSmallPicture } from './small-picture.js';
import { takeSnapshot } from './snapshot.js';
import { streamUrl } from './stream.js';
import { UnitPool } from './unit-pool.js';
import type { Workshop } from './workshop.js';
import { WriteBudget } from './write-budget.js';

export interface MediaOptions extends EvidenceSigner {
  readonly clock: Clock;
  readonly log: Log;
  /** Content-addressed store of evidence: `<data>/evidence`. */
  readonly evidenceDir: string;
  /** Belongs to this gateway alone, best on tmpfs: `/dev/shm/angrid-<gateway>`. What is in it is deleted. */
  readonly ringDir: string;
  /** Resolves a host to one address inside the site's networks, or throws `device.address-refused`. Asked before each connect. */
  resolve(host: string): Promise<string>;
  /** Takes the key pictures of all cameras, small and gray. */
  readonly onFrame?: (frame: GrayFrame) => void;
  /** Takes what the coded pictures tell by themselves. */
  readonly onNotice?: (notice: StreamNotice) => void;
  /** Told of each failure of a camera's stream. */
  readonly onFailure?: (camera: string, failure: AnGridError) => void;
  /** Takes the ONVIF metadata tracks, piece by piece; the bytes are valid during the call only. */
  readonly onMetadata?: (camera: string, bytes: Buffer) => void;
  /** Wraps the keys of originals that stay on site. */
  readonly wrap: KeyWrap;
  /** A JPEG that the camera itself takes now, for when the ring has none; what it holds is checked here. */
  readonly still?: (camera: string, signal: AbortSignal) => Promise<Buffer>;
  /** Told of each piece of evidence that gave way to quota, age or a full disk. */
  readonly onDropped?: (reason: EvidenceDrop) => void;
  readonly settings?: Partial<MediaSettings>;
  readonly random?: () => number;
}

const QUICK_JOBS = 4;
const HOUSEKEEPING_MS = 5000;
/** A clip may wait this long for its turn, with the masks that it needs. */
const MASK_MEMORY_MS = 600_000;

/** The media side of the gateway (README.md). Throws where its folders cannot be had. */
export async function createMedia(options: MediaOptions): Promise<Media> {
  const settings = { ...defaultMediaSettings, ...options.settings };
  await claimFolder(options.ringDir);
  await mkdir(options.evidenceDir, { recursive: true, mode: 0o700 });
  const budget = await WriteBudget.open({
    file: join(options.evidenceDir, 'written.json'),
    clock: options.clock,
    bytesADay: settings.writtenBytesADay,
  });
  const store = await EvidenceStore.open({
    dir: options.evidenceDir,
    draftDir: join(options.ringDir, '.drafts'),
    clock: options.clock,
    wrap: options.wrap,
    limits: settings.evidence,
    keepFreeBytes: settings.keepFreeBytes,
    onDropped: options.onDropped ?? (() => undefined),
    onWritten: (bytes) => budget.add(bytes),
  });
  return new CameraMedia(options, settings, { store, budget });
}

class CameraMedia implements Media {
  private readonly pool = new UnitPool();
  private readonly beat: ReadBeat;
  private readonly feeds = new Map<string, CameraFeed>();
  private readonly stopping = new AbortController();
  private readonly decoder: PictureDecoder;
  private readonly workshop: Workshop;
  private readonly clips: ClipDesk;
  private readonly stopHousekeeping: () => void;
  private change: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: MediaOptions,
    private readonly settings: MediaSettings,
    private readonly shelf: { readonly store: EvidenceStore; readonly budget: WriteBudget },
  ) {
    const { clock } = options;
    this.beat = new ReadBeat(clock);
    const slots = { quick: new Slots(QUICK_JOBS), copies: new Slots(QUICK_JOBS), slow: new Slots(1) };
    const masks = new MaskBook(clock, settings.ringMs + settings.maxClipMs + MASK_MEMORY_MS);
    const { store } = shelf;
    const still = options.still ?? noStill;
    const hurry = (forMs: number): void => this.beat.hurry(forMs);
    this.decoder = new PictureDecoder({ run: runJob, clock, ffmpeg: settings.ffmpeg, timeoutMs: settings.jobMs });
    const tools = { store, signer: options, masks, still, hurry, run: runJob, decoder: this.decoder, ...slots };
    this.workshop = { clock, settings, ...tools, stopping: this.stopping.signal };
    this.clips = new ClipDesk(this.workshop);
    this.stopHousekeeping = clock.every(HOUSEKEEPING_MS, () => void this.prune());
  }

  watch(streams: readonly CameraStream[]): Promise<void> {
    for (const { camera, url, analysisUrl } of streams) {
      streamUrl({ camera, url });
      if (analysisUrl !== undefined) streamUrl({ camera, url: analysisUrl });
    }
    const changed = this.change.then(() => this.replace(streams));
    this.change = changed.catch(() => undefined);
    return changed;
  }

  async snapshot(request: EvidenceRequest) {
    return takeSnapshot(this.workshop, this.feedOf(request, 'media.snapshot'), request);
  }

  async smallPicture(frame: GrayFrame, alerts: readonly string[]) {
    return keepSmallPicture(this.workshop, frame, alerts);
  }

  async clip(request: EvidenceRequest) {
    return this.clips.order(this.feedOf(request, 'media.clip'), request);
  }

  async find(evidence: string) {
    return this.workshop.store.find(evidence);
  }

  async release(evidence: string, grant: OriginalGrant) {
    const { store } = this.shelf;
    const original = store.originalOf(evidence);
    if (!original) throw new AnGridError('media.no-footage', { op: 'evidence.release', subject: evidence });
    if (grant.expiresMs <= this.options.clock.wall())
      throw new AnGridError('media.grant-refused', { op: 'evidence.release', subject: evidence, detail: 'expired' });
    return store.release(original, describeRelease(this.options, original, grant), grant.expiresMs);
  }

  writing() {
    return this.shelf.budget.today;
  }

  states() {
    return new Map([...this.feeds].map(([camera, feed]) => [camera, feed.state]));
  }

  async stop(): Promise<void> {
    this.stopHousekeeping();
    this.stopping.abort(new AnGridError('media.no-footage', { op: 'media.stop', detail: 'the gateway stops' }));
    await this.watch([]);
    await rm(this.options.ringDir, { recursive: true, force: true });
  }

  private async replace(streams: readonly CameraStream[]): Promise<void> {
    const wanted = new Map(streams.map((stream) => [stream.camera, stream]));
    const leaving = [...this.feeds].filter(([camera, feed]) => !sameSource(feed.stream, wanted.get(camera)));
    for (const [camera] of leaving) this.feeds.delete(camera);
    await Promise.all(leaving.map(([, feed]) => feed.stop()));
    if (this.feeds.size === 0) await this.decoder.keepReady(false);
    for (const [camera, stream] of wanted) {
      this.workshop.masks.note(camera, stream.masks);
      const feed = this.feeds.get(camera);
      if (feed) feed.stream = stream;
      else this.feeds.set(camera, new CameraFeed(stream, this.feedOptions(camera)));
    }
  }

  private feedOptions(camera: string): FeedOptions {
    const { clock, log, ringDir, random, onFrame, onNotice, onFailure, onMetadata } = this.options;
    return {
      pool: this.pool,
      beat: this.beat,
      onFrame: (frame) => {
        void this.decoder.keepReady(true);
        preparePictures();
        onFrame?.(frame);
      },
      onNotice: onNotice ?? (() => undefined),
      onFailure: (failure) => onFailure?.(camera, failure),
      onMetadata,
      clock,
      log,
      settings: this.settings,
      ringDir: join(ringDir, camera),
      resolve: (host) => this.options.resolve(host),
      login: digestLogin,
      random: random ?? Math.random,
    };
  }

  private feedOf({ camera }: EvidenceRequest, op: string): CameraFeed {
    const feed = this.feeds.get(camera);
    if (!feed) throw new AnGridError('media.no-footage', { op, subject: camera, detail: 'the camera is not watched' });
    return feed;
  }

  private async prune(): Promise<void> {
    try {
      for (const feed of this.feeds.values()) await feed.ring.prune();
      await this.workshop.store.giveWay();
    } catch (cause) {
      this.options.log.warn({ err: cause }, 'old pictures could not be deleted');
    }
  }
}

async function noStill(camera: string): Promise<never> {
  throw new AnGridError('media.no-footage', { op: 'media.still', subject: camera });
}

/** Masks may change while a stream runs; everything else needs a new connection. */
function sameSource(now: CameraStream, next: CameraStream | undefined): boolean {
  return (
    now.url === next?.url &&
    now.analysisUrl === next.analysisUrl &&
    now.user === next.user &&
    now.password.reveal() === next.password.reveal()
  );
}

/** Makes the folder, or takes over what an earlier process of the same user left; a folder of somebody else is refused. */
async function claimFolder(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const found = await lstat(dir);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new AnGridError('media.cut-failed', {
      op: 'media.ring',
      subject: dir,
      detail: 'the folder belongs to somebody else',
    });
  }
  await chmod(dir, 0o700);
  for (const name of await readdir(dir)) await rm(join(dir, name), { recursive: true, force: true });
}
