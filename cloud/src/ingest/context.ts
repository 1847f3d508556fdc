import type { Purpose, SiteClass } from '@angrid/contract';

/** What every step of the pipeline may know besides its input. */
export interface IngestContext {
  readonly gateway: string;
  readonly compound: { readonly id: string; readonly siteClass: SiteClass; readonly purpose: Purpose };
  /** Cloud time of this batch. */
  readonly now: Date;
  readonly correlation: CorrelationSettings;
}

export interface CorrelationSettings {
  /** How long each rung of confirmers has for an unconfirmed severity 1 signal, ms. */
  readonly confirmMs: number;
}
