import type { Written } from './setting-type.js';

/** A value that a person gave, and where it stands: `gateway.yaml:7 broker.tls.port` or the name of a variable. */
export interface Found {
  readonly written: Written;
  readonly where: string;
}
