import { type ComputedRef, nextTick, onBeforeUnmount, onMounted, type Ref, ref } from 'vue';
import type { Incident } from '../../api/types.js';
import { commandOf, type KeyPress, neighbourOf, type TriageCommand } from './triage-keys.js';

export interface Triage {
  /** The id of the card that the keys are about. */
  readonly current: Ref<string | undefined>;
}

export interface TriageOptions {
  /** The cards, as they are shown. */
  readonly cards: ComputedRef<readonly Incident[]>;
  /** Does what is asked for, to the chosen card where it needs one. Moving is done here. */
  run(command: Exclude<TriageCommand, 'next' | 'previous'>, chosen: Incident | undefined): void;
}

const FIELDS = 'input, textarea, select, [contenteditable="true"], [role="dialog"]';

/** Listens to the keyboard while the wall is open. */
export function useTriage({ cards, run }: TriageOptions): Triage {
  const current = ref<string>();

  function move(command: 'next' | 'previous'): void {
    const ids = cards.value.map(({ id }) => id);
    current.value = neighbourOf(ids, current.value, command);
    if (current.value !== undefined) void nextTick(() => focusCard(current.value ?? ''));
  }

  function hear(event: KeyboardEvent): void {
    const command = commandOf(pressOf(event));
    if (command === undefined) return;
    event.preventDefault();
    if (command === 'next' || command === 'previous') move(command);
    else
      run(
        command,
        cards.value.find(({ id }) => id === current.value),
      );
  }

  onMounted(() => window.addEventListener('keydown', hear));
  onBeforeUnmount(() => window.removeEventListener('keydown', hear));
  return { current };
}

function focusCard(id: string): void {
  const card = document.querySelector<HTMLElement>(`[data-incident="${CSS.escape(id)}"]`);
  card?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: 'nearest' });
}

/** What fades away has been answered: the next key is the wall's. */
const FADING = '[class*="-leave-active"]';

/** A dialog or drawer lies over the page; those that are shut stay in the document. */
function isCovered(): boolean {
  const overlays = [...document.querySelectorAll<HTMLElement>('.el-overlay')];
  return overlays.some((overlay) => overlay.style.display !== 'none' && !overlay.matches(FADING));
}

function pressOf(event: KeyboardEvent): KeyPress {
  const { key, ctrlKey, altKey, metaKey, isComposing, repeat } = event;
  const target = event.target instanceof Element ? event.target : null;
  const isFading = target?.closest(FADING) != null;
  const isField = isComposing || (target?.closest(FIELDS) != null && !isFading) || isCovered();
  const isControl = target?.closest('a, button') != null;
  return {
    key,
    modified: ctrlKey || altKey || metaKey,
    repeated: repeat,
    focus: isField ? 'field' : isControl ? 'control' : 'page',
  };
}
