import { hostname } from 'node:os';
import type { CloudSettings } from '../config/settings.js';
import type { CloudDatabase } from '../database.js';
import { InfluxStore } from './influx-store.js';
import { TableStore } from './table-store.js';
import type { TelemetryStore } from './telemetry-store.js';
import { VictoriaStore } from './victoria-store.js';

/** The store that the settings name. */
export function openTelemetryStore({ telemetry }: CloudSettings, db: CloudDatabase): TelemetryStore {
  const { store, url, database, user, password } = telemetry;
  if (store === 'table' || url === undefined) return new TableStore(db);
  const login = { ...(user === undefined ? {} : { user }), ...(password === undefined ? {} : { password }) };
  const server = { url: new URL(url), database, ...login };
  const writer = `${hostname()}-${process.pid}`;
  return store === 'influxdb' ? new InfluxStore(server, writer) : new VictoriaStore(server, writer);
}
