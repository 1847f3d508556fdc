import type { KeyObject } from 'node:crypto';
import type { Readable } from 'node:stream';
import { AnGridError, type Command, type ErrorCode, gatewayPaths, LIVE_MEDIA_TYPE } from '@angrid/contract';
import type { Clock, Log } from '@angrid/runtime';
import type { StoredEvidence } from '../media/media.js';
import type { Outbox } from '../outbox/outbox.js';
import { AuthorisedClient } from './authorised-client.js';
import { Channel, type CommandOutcome } from './channel.js';
import { CloudClient } from './cloud-client.js';
import { Drain, type DrainStatus } from './drain.js';
import { type EvidenceLoss, EvidenceUpload } from './evidence-upload.js';
import { HttpsTransport } from './https.js';
import { SpoolTransport } from './spool.js';
import { TokenKeeper } from './token.js';
import type { Transport } from './transport.js';

export type UplinkWay =
  | {
      readonly kind: 'https';
      /** https://host[:port]. */
      readonly url: string;
      /** PEM of the CA that was pinned at enrolment. */
      readonly certificateAuthority: string;
      /** Where the token lies; written by `saveToken` at enrolment. */
      readonly tokenFile: string;
    }
  | { readonly kind: 'spool'; readonly folder: string };

export interface UplinkOptions {
  readonly way: UplinkWay;
  readonly gateway: string;
  /** Ed25519 private key of the gateway. */
  readonly key: KeyObject;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Log;
  /** A piece of evidence that is still on this disk. */
  readonly findEvidence: (evidence: string) => Promise<StoredEvidence | undefined>;
  /** Carries a command out; an error becomes a failed result with the error's code. */
  readonly onCommand: (command: Command) => Promise<CommandOutcome>;
  /** The version of the site configuration that the cloud holds, with each answer. */
  readonly onSiteVersion?: (version: number) => void;
  readonly onEvidenceLost?: (evidence: string, loss: EvidenceLoss) => void;
  /** From 0 up to 1. */
  readonly random?: () => number;
}

export interface UplinkStatus extends DrainStatus {
  /** Undefined where the way has no channel. */
  readonly channelOpen?: boolean;
  readonly uploadsWaiting: number;
  readonly uploadsDone: number;
}

export interface Uplink {
  /** Begins to send; returns at once. */
  start(): void;
  stop(): Promise<void>;
  status(): UplinkStatus;
  /** Uploads the bytes of a piece of evidence once its descriptor is up; resolves when that is remembered. */
  upload(stored: StoredEvidence): Promise<void>;
  /** What the cloud says at a path, parsed; throws `uplink.unreachable` where the way has no channel to ask through. */
  ask(path: string): Promise<unknown>;
  /** Sends one request of a live stream; resolves when the cloud has taken its whole body. Throws `live.ended`. */
  sendLive(stream: string, body: Readable, signal: AbortSignal): Promise<void>;
  /** Says that a live stream has no picture (any more), and why. */
  endLive(stream: string, code: ErrorCode): Promise<void>;
}

export function createUplink(options: UplinkOptions): Uplink {
  const { outbox, clock, log, gateway, key, onSiteVersion, onEvidenceLost, random = Math.random } = options;
  const { transport, client } = openWay(options);
  const signer = { gateway, key };
  const drain = new Drain({
    outbox,
    transport,
    signer,
    clock,
    log,
    random,
    onAnswer: ({ siteVersion }) => onSiteVersion?.(siteVersion),
  });
  const uploads = new EvidenceUpload({
    outbox,
    transport: transport.evidence,
    find: options.findEvidence,
    clock,
    log,
    random,
    isHeldBack: () => drain.isBehind,
    onLost: (evidence, loss) => onEvidenceLost?.(evidence, loss),
  });
  const channel = client && new Channel({ client, outbox, clock, log, random, onCommand: options.onCommand });
  return {
    start: () => {
      drain.start();
      channel?.start();
      uploads.start().catch((error: unknown) => log.error({ err: error }, 'evidence of a former run is not uploaded'));
    },
    stop: async () => {
      await Promise.all([drain.stop(), uploads.stop(), channel?.stop()]);
      transport.close();
    },
    status: () => ({
      ...drain.status(),
      ...(channel ? { channelOpen: channel.isOpen } : {}),
      uploadsWaiting: uploads.waiting,
      uploadsDone: uploads.done,
    }),
    upload: (stored) => uploads.add(stored),
    ...conversation(client),
  };
}

/** What needs a cloud that answers. */
function conversation(client: AuthorisedClient | undefined): Pick<Uplink, 'ask' | 'sendLive' | 'endLive'> {
  const cloud = (op: string): AuthorisedClient => {
    if (client) return client;
    throw new AnGridError('uplink.unreachable', { op, detail: 'a spool gives no answers' });
  };
  return {
    ask: async (path) => {
      const op = 'uplink.ask';
      const { body } = await cloud(op).request({ op, method: 'GET', path });
      return JSON.parse(body.toString('utf8')) as unknown;
    },
    sendLive: async (stream, body, signal) => {
      const op = 'live.upload';
      const headers = { 'content-type': LIVE_MEDIA_TYPE };
      await cloud(op).send({ op, method: 'POST', path: gatewayPaths.live(stream), headers, body, signal });
    },
    endLive: async (stream, code) => {
      const op = 'live.end';
      const headers = { 'content-type': 'application/json' };
      const body = Buffer.from(JSON.stringify({ code }));
      await cloud(op).request({ op, method: 'POST', path: gatewayPaths.liveEnd(stream), headers, body });
    },
  };
}

function openWay({ way, gateway, key, clock }: UplinkOptions): { transport: Transport; client?: AuthorisedClient } {
  if (way.kind === 'spool') return { transport: new SpoolTransport({ folder: way.folder, clock }) };
  const cloud = new CloudClient({ url: way.url, certificateAuthority: way.certificateAuthority, clock });
  const tokens = new TokenKeeper({ file: way.tokenFile, gateway, key, client: cloud, clock });
  const client = new AuthorisedClient(cloud, tokens);
  return { transport: new HttpsTransport(client), client };
}
