export { type CameraOptions, SimulatedCamera, type Stall } from './camera.js';
export type { CameraIdentity } from './identity.js';
export type { HostileReply } from './onvif/hostile-reply.js';
export type { PropertyOperation, SimpleItems } from './onvif/notification.js';
export type { Quirks, ReferenceStyle } from './quirks.js';
export { makeSnapshot, makeStream } from './video/make-stream.js';
export { defaultVideo, type VideoSettings, videoSettings } from './video/settings.js';
