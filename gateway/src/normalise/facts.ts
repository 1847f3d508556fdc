import type { Purpose, SiteClass } from '@angrid/contract';

/** What normalising needs to know of the gateway and its site. */
export interface SiteFacts {
  readonly gateway: string;
  readonly siteClass: SiteClass;
  readonly purpose: Purpose;
  /** IANA zone for device times without one. */
  readonly timezone: string;
  /** HMAC under the site's key and the day's epoch. What goes in is never kept. */
  pseudonym(credential: string): string;
  /** A drill: everything that comes of it is marked. */
  readonly exercise?: boolean;
}
