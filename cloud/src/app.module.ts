import type { Clock, Log, OwnCertificates, Redactor } from '@angrid/runtime';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import type { Registry } from 'prom-client';
import { AccountsModule } from './accounts/accounts.module.js';
import { AppraisalModule } from './appraisal/appraisal.module.js';
import { BEARER_AUTHENTICATOR, type BearerAuthenticator } from './accounts/authenticator.js';
import { AuditLog } from './audit/audit-log.js';
import { ChannelsModule } from './channels/channels.module.js';
import type { Channels } from './channels/open-channels.js';
import { CareModule } from './care/care.module.js';
import type { CloudSettings } from './config/settings.js';
import { CorrelationModule } from './correlation/correlation.module.js';
import { ConsoleModule } from './console/console.module.js';
import { FeedHub } from './console/feed/feed-hub.js';
import type { CloudDatabase } from './database.js';
import { EvidenceModule } from './evidence/evidence.module.js';
import { IngestModule } from './ingest/ingest.module.js';
import { LiveModule } from './live/live.module.js';
import type { Notifications } from './platform/database/index.js';
import { AccessGuard } from './platform/http/access-guard.js';
import { AuditInterceptor } from './platform/http/audit-interceptor.js';
import { AUDIT_SINK } from './platform/http/audit-record.js';
import { ProblemFilter } from './platform/http/problem-filter.js';
import { HealthController, type Readiness } from './platform/http/health.controller.js';
import { OpenApiController } from './platform/http/openapi.controller.js';
import {
  CERTIFICATES,
  CLOCK,
  DATABASE,
  LOG,
  METRICS,
  NOTIFICATIONS,
  READINESS,
  REDACTOR,
  SETTINGS,
} from './platform/tokens.js';
import type { Governance } from './playbooks/governance.js';
import { GovernanceModule } from './playbooks/governance.module.js';
import { GOVERNANCE } from './playbooks/tokens.js';
import { PatrolModule } from './patrol/patrol.module.js';
import { ReportsModule } from './reports/reports.module.js';
import { RetentionModule } from './retention/retention.module.js';
import { SitesModule } from './sites/sites.module.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';
import { UnitsModule } from './units/units.module.js';

/** What the composition root has made before the modules. */
export interface AppParts {
  readonly db: CloudDatabase;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: CloudSettings;
  readonly redactor: Redactor;
  readonly metrics: Registry;
  readonly readiness: Readiness;
  readonly certificates: OwnCertificates;
  readonly notifications: Notifications;
  readonly hub: FeedHub;
  readonly channels: Channels;
  readonly governance: Governance;
  readonly gateways: BearerAuthenticator;
}

/** The modules in the order of the flow; one guard, one filter, one interceptor for all of them. */
@Module({})
export class AppModule {
  static with(parts: AppParts): DynamicModule {
    const providers: Provider[] = [
      { provide: DATABASE, useValue: parts.db },
      { provide: CLOCK, useValue: parts.clock },
      { provide: LOG, useValue: parts.log },
      { provide: SETTINGS, useValue: parts.settings },
      { provide: REDACTOR, useValue: parts.redactor },
      { provide: CERTIFICATES, useValue: parts.certificates },
      { provide: NOTIFICATIONS, useValue: parts.notifications },
      { provide: METRICS, useValue: parts.metrics },
      { provide: READINESS, useValue: parts.readiness },
      { provide: FeedHub, useValue: parts.hub },
      { provide: GOVERNANCE, useValue: parts.governance },
      { provide: BEARER_AUTHENTICATOR, useValue: parts.gateways },
      { provide: AUDIT_SINK, useValue: new AuditLog(parts.db, parts.clock) },
    ];
    return {
      module: AppModule,
      global: true,
      imports: [
        SitesModule,
        IngestModule,
        EvidenceModule,
        UnitsModule,
        RetentionModule,
        AccountsModule,
        ConsoleModule,
        CorrelationModule,
        LiveModule,
        ChannelsModule.with(parts.channels),
        GovernanceModule,
        AppraisalModule,
        TelemetryModule,
        ReportsModule,
        PatrolModule,
        CareModule,
      ],
      controllers: [HealthController, OpenApiController],
      providers: [
        ...providers,
        { provide: APP_FILTER, useValue: new ProblemFilter(parts.log) },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
      ],
      exports: providers,
    };
  }
}
