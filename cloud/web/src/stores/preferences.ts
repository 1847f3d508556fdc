import type { InjectionKey } from 'vue';
import { required } from './inject.js';
import type { Preferences } from './storage.js';

export const preferencesKey: InjectionKey<Preferences> = Symbol('preferences');
export const usePreferences = (): Preferences => required(preferencesKey);
