/** The browser of Debian, as a test starts it. */
export const CHROMIUM = '/usr/bin/chromium';

/** Nothing of it goes to the network by itself. */
export const QUIET: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
