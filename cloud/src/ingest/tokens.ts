export const INGESTING = Symbol('ingesting');
