import { readFile } from 'node:fs/promises';
import type { Clock, Log } from '@angrid/runtime';
import type { DigestGuard } from './auth/digest.js';
import type { UsernameTokenGuard } from './auth/username-token.js';
import { WsDiscovery } from './discovery/ws-discovery.js';
import type { CameraIdentity } from './identity.js';
import { deviceService } from './onvif/device-service.js';
import { eventService, subscriptionService } from './onvif/event-service.js';
import type { EventSource } from './onvif/event-source.js';
import { mediaService } from './onvif/media-service.js';
import { type CameraCertificate, OnvifDevice } from './onvif/onvif-device.js';
import { type DeviceView, type MediaStream, paths, type Service } from './onvif/service.js';
import type { Subscriptions } from './onvif/subscriptions.js';
import type { PropertyTopic } from './onvif/topics.js';
import type { Quirks } from './quirks.js';
import { RtspServer } from './rtsp/rtsp-server.js';
import type { Footage } from './video/footage.js';
import { LiveVideo } from './video/live-video.js';
import { makeSnapshot } from './video/make-stream.js';
import type { VideoSettings } from './video/settings.js';

export interface CameraPorts {
  readonly onvif: number;
  readonly rtsp: number;
  /** For unicast probes. */
  readonly discovery: number;
}

/** One stream of the camera: a path of the RTSP server and a profile of the media service. */
export interface CameraStream {
  readonly path: string;
  readonly token: string;
  readonly settings: VideoSettings;
  /** Absent when the camera's video is off: its path answers 404. */
  readonly footage: Footage | undefined;
}

/** What stays the same when the camera reboots. */
export interface CameraParts {
  readonly identity: CameraIdentity;
  readonly quirks: Quirks;
  readonly host: string;
  readonly ports: CameraPorts;
  readonly multicast: boolean;
  /** The one that it has when it starts next; its ONVIF services speak http without one. */
  readonly certificate: () => CameraCertificate | undefined;
  readonly streams: readonly CameraStream[];
  readonly topics: readonly PropertyTopic[];
  readonly inputs: readonly string[];
  readonly events: EventSource;
  readonly subscriptions: Subscriptions;
  readonly auth: {
    readonly mode: 'wsse' | 'digest';
    readonly tokens: UsernameTokenGuard;
    readonly http: DigestGuard;
    readonly rtsp: DigestGuard;
  };
  readonly clock: Clock;
  readonly log: Log;
  readonly now: () => number;
  readonly stalled: (server: 'video' | 'onvif') => boolean;
  readonly onRefused: (server: 'rtsp' | 'onvif') => void;
  readonly onPicture: (path: string, index: number) => void;
}

export interface CameraServers {
  readonly rtsp: RtspServer;
  readonly onvif: OnvifDevice;
  readonly discovery: WsDiscovery;
}

export async function startServers(parts: CameraParts): Promise<CameraServers> {
  const rtsp = await startRtsp(parts);
  const onvif = await startOnvif(parts, rtsp.port);
  const discovery = await WsDiscovery.start({
    host: parts.host,
    port: parts.ports.discovery,
    multicast: parts.multicast,
    identity: parts.identity,
    xaddrs: [`${schemeOf(parts)}://${reachable(parts.host)}:${onvif.port}${paths.device}`],
    log: parts.log,
    stalled: () => parts.stalled('onvif'),
  });
  return { rtsp, onvif, discovery };
}

export async function stopServers(servers: CameraServers): Promise<void> {
  await Promise.all([servers.rtsp.stop(), servers.onvif.stop(), servers.discovery.stop()]);
}

/** The host to name in URIs. */
export function reachable(host: string): string {
  return host === '0.0.0.0' ? '127.0.0.1' : host;
}

export function schemeOf({ certificate }: Pick<CameraParts, 'certificate'>): 'http' | 'https' {
  return certificate() ? 'https' : 'http';
}

function startRtsp(parts: CameraParts): Promise<RtspServer> {
  const { host, ports, clock, log } = parts;
  return RtspServer.start({
    host,
    port: ports.rtsp,
    streams: liveVideos(parts),
    guard: parts.auth.rtsp,
    clock,
    log,
    stalled: () => parts.stalled('video'),
    onRefused: () => parts.onRefused('rtsp'),
  });
}

function liveVideos({ streams, clock, onPicture }: CameraParts): ReadonlyMap<string, LiveVideo> {
  const videos = new Map<string, LiveVideo>();
  for (const { path, footage } of streams)
    if (footage) videos.set(path, new LiveVideo(footage, clock, (index) => onPicture(path, index)));
  return videos;
}

async function startOnvif(parts: CameraParts, rtspPort: number): Promise<OnvifDevice> {
  const { host, ports, clock, log, streams } = parts;
  const { mode, tokens, http } = parts.auth;
  const authority = (): string => `${reachable(host)}:${device.port}`;
  const view: DeviceView = {
    ...parts,
    authority,
    streams: streams.map((stream) => mediaStream(parts, stream, rtspPort)),
  };
  const device: OnvifDevice = await OnvifDevice.start({
    host,
    port: ports.onvif,
    services: servicesOf(parts, view),
    snapshot: async (profile) => snapshotOf(streams.find(({ token }) => token === profile) ?? streams[0]),
    auth: { mode, tokens, digest: http, onRefused: () => parts.onRefused('onvif') },
    certificate: parts.certificate(),
    clock,
    log,
    stalled: () => parts.stalled('onvif'),
  });
  return device;
}

function servicesOf(parts: CameraParts, device: DeviceView): ReadonlyMap<string, Service> {
  const { events, subscriptions } = parts;
  return new Map([
    [paths.device, deviceService(device)],
    [paths.media, mediaService(device)],
    [paths.events, eventService({ device, events, subscriptions })],
    [paths.subscription, subscriptionService({ device, events, subscriptions })],
  ]);
}

function mediaStream(parts: CameraParts, stream: CameraStream, rtspPort: number): MediaStream {
  const uri = `rtsp://${reachable(parts.host)}:${rtspPort}${stream.path}`;
  return { token: stream.token, name: stream.token, uri, settings: stream.settings };
}

async function snapshotOf(stream: CameraStream | undefined): Promise<Buffer | undefined> {
  return stream?.footage && readFile(await makeSnapshot(stream.footage.file));
}
