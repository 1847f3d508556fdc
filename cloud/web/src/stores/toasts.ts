import type { Locale } from '@angrid/contract';
import { ElMessage } from '../element.js';
import { h, type InjectionKey } from 'vue';
import { ApiProblem } from '../api/problem.js';
import { required } from './inject.js';

export interface Toasts {
  done(text: string): void;
  /** Something that the person has to do by hand. */
  hint(title: string, hint: string): void;
  /** Shows what went wrong and how to cure it. */
  problem(error: unknown): void;
  /** Runs `work`; a failure is shown and answered with undefined. */
  guard<T>(work: () => Promise<T>): Promise<T | undefined>;
  /** Title and hint of a failure, in the reader's language. */
  wordsOf(error: unknown): { readonly title: string; readonly hint: string };
}

export const toastsKey: InjectionKey<Toasts> = Symbol('toasts');
export const useToasts = (): Toasts => required(toastsKey);

export interface ToastOptions {
  readonly locale: () => Locale;
  readonly text: (key: string) => string;
}

export function createToasts({ locale, text }: ToastOptions): Toasts {
  const wordsOf = (error: unknown): { title: string; hint: string } => {
    const known = error instanceof ApiProblem && error.code !== 'network.unreachable' ? error : undefined;
    const key = error instanceof ApiProblem ? 'unreachable' : 'unexpected';
    return {
      title: known?.title(locale()) ?? text(`problem.${key}`),
      hint: known?.hint(locale()) ?? text(`problem.${key}Hint`),
    };
  };
  const problem = (error: unknown): void => {
    const { title, hint } = wordsOf(error);
    const detail = error instanceof ApiProblem ? error.detail : undefined;
    const lines = [h('strong', title), h('p', hint), ...(detail ? [h('p', { class: 'faint' }, detail)] : [])];
    const message = h('div', { class: 'problem', role: 'alert' }, lines);
    ElMessage({ type: 'error', message, duration: 8000, showClose: true, grouping: true });
  };
  return {
    wordsOf,
    problem,
    hint: (title, text) =>
      void ElMessage({
        type: 'warning',
        message: h('div', { class: 'problem' }, [h('strong', title), h('p', text)]),
        duration: 6000,
      }),
    done: (message) => void ElMessage({ type: 'success', message, duration: 3000, grouping: true }),
    guard: async (work) => {
      try {
        return await work();
      } catch (error) {
        problem(error);
        return undefined;
      }
    },
  };
}
