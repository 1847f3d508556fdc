import { computed, watchEffect } from 'vue';
import { useRoute } from 'vue-router';
import { stageOf } from '../feed/wall-filter.js';
import { useWords } from '../i18n.js';
import { useLive } from '../stores/live.js';

/** The tab says how many incidents wait, also while another tab is in front. */
export function usePageTitle(): void {
  const { t, locale } = useWords();
  const live = useLive();
  const route = useRoute();
  const waiting = computed(() => {
    const incidents = [...live.board.value.incidents.values()];
    return incidents.filter(({ state, falseAlarm }) => stageOf(state) === 'waiting' && !falseAlarm).length;
  });
  watchEffect(() => {
    document.documentElement.lang = locale.value;
    if (!route.meta.title) return;
    const count = waiting.value > 0 ? `(${waiting.value}) ` : '';
    document.title = `${count}${t(route.meta.title)} · ${t('brand.name')}`;
  });
}
