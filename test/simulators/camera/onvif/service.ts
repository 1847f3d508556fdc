import type { CameraIdentity } from '../identity.js';
import type { Quirks } from '../quirks.js';
import type { VideoSettings } from '../video/settings.js';
import type { SoapRequest } from './soap.js';
import type { PropertyTopic } from './topics.js';
import type { Markup } from './xml.js';

export interface SoapCall {
  readonly request: SoapRequest;
  /** The path of the HTTP request. */
  readonly path: string;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

export type Operation = (call: SoapCall) => Markup | Promise<Markup>;

/** The operations of one ONVIF service by name. */
export interface Service {
  readonly namespace: string;
  readonly operations: Readonly<Record<string, Operation>>;
  /** Operations that need no login (access class PRE_AUTH). */
  readonly open?: readonly string[];
}

export interface MediaStream {
  readonly token: string;
  readonly name: string;
  readonly uri: string;
  readonly settings: VideoSettings;
}

/** What the services ask of the camera that they belong to. */
export interface DeviceView {
  readonly identity: CameraIdentity;
  readonly quirks: Quirks;
  /** Host and port of the HTTP server, as `127.0.0.1:4711`. */
  readonly authority: () => string;
  readonly streams: readonly MediaStream[];
  readonly topics: readonly PropertyTopic[];
  readonly inputs: readonly string[];
  /** Wall time of the camera's own clock. */
  readonly now: () => number;
}

export const paths = {
  device: '/onvif/device_service',
  media: '/onvif/media_service',
  events: '/onvif/event_service',
  subscription: '/onvif/subscription',
  snapshot: '/onvif/snapshot',
} as const;
