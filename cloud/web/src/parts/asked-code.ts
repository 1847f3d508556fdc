import { type Ref, ref } from 'vue';
import { ApiProblem } from '../api/problem.js';

/** The code that a form shows a field for once the cloud has asked for it: the password was right. */
export interface AskedCode {
  readonly asked: Readonly<Ref<boolean>>;
  readonly code: Ref<string>;
  /** As a part of what is sent. */
  given(): { readonly code?: string };
  /** needed: show the field. wrong: the code was. other: nothing of this is about the code. */
  heard(error: unknown): 'needed' | 'wrong' | 'other';
}

export function useAskedCode(): AskedCode {
  const asked = ref(false);
  const code = ref('');
  return {
    asked,
    code,
    given: () => (asked.value ? { code: code.value.trim() } : {}),
    heard: (error) => {
      code.value = '';
      const said = error instanceof ApiProblem ? error.code : undefined;
      if (said === 'auth.wrong-second-factor') return 'wrong';
      asked.value = said === 'auth.second-factor-needed';
      return asked.value ? 'needed' : 'other';
    },
  };
}
