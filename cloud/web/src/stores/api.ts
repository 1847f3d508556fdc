import type { InjectionKey } from 'vue';
import type { Api } from '../api/index.js';
import { required } from './inject.js';

export const apiKey: InjectionKey<Api> = Symbol('api');
export const useApi = (): Api => required(apiKey);
