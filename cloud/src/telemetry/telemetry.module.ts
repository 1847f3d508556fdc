import type { Clock, Log } from '@angrid/runtime';
import { Inject, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { CloudSettings } from '../config/settings.js';
import type { CloudDatabase } from '../database.js';
import { CLOCK, DATABASE, LOG, SETTINGS } from '../platform/tokens.js';
import { TelemetryCollector } from './collector.js';
import { openTelemetryStore } from './open-store.js';
import { TelemetryWriter, type TelemetryWriterParts } from './telemetry-writer.js';
import { TelemetryController } from './telemetry.controller.js';
import { TELEMETRY_COLLECTOR, TELEMETRY_STORE, TELEMETRY_WRITER } from './tokens.js';

type Given = readonly [
  TelemetryWriterParts['db'],
  Clock,
  Log,
  CloudSettings,
  TelemetryWriterParts['collector'],
  TelemetryWriterParts['store'],
];

/** How things went: counted by the minute, kept apart from what anything is decided on. */
@Module({
  controllers: [TelemetryController],
  providers: [
    {
      provide: TELEMETRY_STORE,
      inject: [SETTINGS, DATABASE],
      useFactory: (settings: CloudSettings, db: CloudDatabase) => openTelemetryStore(settings, db),
    },
    { provide: TELEMETRY_COLLECTOR, inject: [CLOCK], useFactory: (clock: Clock) => new TelemetryCollector(clock) },
    {
      provide: TELEMETRY_WRITER,
      inject: [DATABASE, CLOCK, LOG, SETTINGS, TELEMETRY_COLLECTOR, TELEMETRY_STORE],
      useFactory: (...[db, clock, log, { telemetry }, collector, store]: Given) =>
        new TelemetryWriter({ db, clock, log, collector, store, keepFor: telemetry.keepFor }),
    },
  ],
  exports: [TELEMETRY_COLLECTOR],
})
export class TelemetryModule implements OnModuleInit, OnModuleDestroy {
  constructor(@Inject(TELEMETRY_WRITER) private readonly writer: TelemetryWriter) {}

  onModuleInit(): void {
    this.writer.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.writer.stop();
  }
}
