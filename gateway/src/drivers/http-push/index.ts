export { createHttpPush } from './create-http-push.js';
export type {
  HttpListening,
  HttpPush,
  HttpPushOptions,
  HttpPushSettings,
  PushAccount,
  PushDirectory,
} from './http-push.js';
export { defaultLimits, type HttpLimits } from './limits.js';
export { type CallAccount, DeviceCaller } from './call/device-caller.js';
