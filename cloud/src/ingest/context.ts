import type { Purpose, SiteClass } from '@angrid/contract';
import type { Governance } from '../playbooks/governance.js';

/** What every step of the pipeline may know besides its input. */
export interface IngestContext {
  readonly gateway: string;
  readonly compound: { readonly id: string; readonly siteClass: SiteClass; readonly purpose: Purpose };
  /** Cloud time of this batch. */
  readonly now: Date;
  readonly governance: Governance;
}
