import { told } from './told.js';

/**
 * A battery is low: one alert until it is restored, however often it is told. A device that never says that it was
 * restored is believed after thirty quiet days (occurrence.ts).
 */
export const battery = told({
  name: 'battery@1',
  kinds: ['power.battery_low'],
  on: (settings) => settings.battery.on,
});
