/** Ctrl-C where the terminal hands it over as a character. */
export class Interrupted extends Error {}
