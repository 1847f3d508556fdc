export const TELEMETRY_STORE = Symbol('telemetry-store');
export const TELEMETRY_COLLECTOR = Symbol('telemetry-collector');
export const TELEMETRY_WRITER = Symbol('telemetry-writer');
