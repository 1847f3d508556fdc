import { told } from './told.js';

/** The device counts more people than passages. It ends after five quiet minutes. */
export const tailgating = told({
  name: 'tailgating@1',
  kinds: ['behaviour.tailgating'],
  on: (settings) => settings.tailgating.on,
});
