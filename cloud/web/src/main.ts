import { createApp, shallowRef } from 'vue';
import './theme/index.js';
import App from './App.vue';
import { createHttp } from './api/http.js';
import { createApi } from './api/index.js';
import type { Incident, Session } from './api/types.js';
import { createCatalogue } from './i18n.js';
import { createConsoleRouter } from './router.js';
import { apiKey } from './stores/api.js';
import { attentionKey, createAttention } from './stores/attention.js';
import { createNotifier, createTonePlayer } from './stores/browser-attention.js';
import { createFalseAlarms, falseAlarmsKey } from './stores/false-alarms.js';
import { createGrants, grantsKey } from './stores/grants.js';
import { createLive, liveKey } from './stores/live.js';
import { createServerTime, serverTimeKey } from './stores/server-time.js';
import { createSession, sessionKey } from './stores/session.js';
import { browserPreferences } from './stores/storage.js';
import { preferencesKey } from './stores/preferences.js';
import { createToasts, toastsKey } from './stores/toasts.js';
import { browserClock } from './time/clock.js';

/** The composition root: the only place that makes the parts and joins them. */
function start(): void {
  const preferences = browserPreferences(() => window.localStorage);
  const catalogue = createCatalogue(preferences.read('locale'));
  const { locale, t } = catalogue.global;
  const held = shallowRef<Session>();
  const http = createHttp({
    fetch: (input, init) => window.fetch(input, init),
    csrf: () => held.value?.csrf,
    locale: () => locale.value,
    onSignedOut: () => session.forget(),
  });
  const api = createApi(http);
  const session = createSession(api, held);
  const time = createServerTime(browserClock);
  const seesIncidents = (): boolean => session.can('seeIncidents');
  const live = createLive({ api, http, clock: browserClock, time, random: Math.random, seesIncidents });
  const grants = createGrants(api, time);
  const toasts = createToasts({ locale: () => locale.value, text: (key) => t(key) });
  const router = createConsoleRouter(session);
  const falseAlarms = createFalseAlarms(browserClock, (incident, reason) => {
    void toasts.guard(async () => {
      const { version } = live.board.value.incidents.get(incident.id) ?? incident;
      live.take(await api.incidents.act(incident.id, { action: 'false-alarm', version, note: reason }));
    });
  });
  const attention = createAttention({
    preferences,
    player: createTonePlayer(),
    notifier: createNotifier((id) => void router.push({ name: 'incident', params: { id } })),
    textOf: (incident) => noticeOf(incident, locale.value, t('unit.unlinked')),
  });
  live.onRaised((incidents) => attention.call(incidents));

  const app = createApp(App);
  app
    .provide(apiKey, api)
    .provide(sessionKey, session)
    .provide(serverTimeKey, time)
    .provide(liveKey, live)
    .provide(grantsKey, grants)
    .provide(toastsKey, toasts)
    .provide(falseAlarmsKey, falseAlarms)
    .provide(attentionKey, attention)
    .provide(preferencesKey, preferences);
  app.use(catalogue).use(router).mount('#app');
}

/** Words only: what it is and where. A picture never leaves the console. */
function noticeOf(incident: Incident, locale: 'zh-CN' | 'en', unlinked: string): { title: string; body: string } {
  const where = [incident.place?.name ?? incident.alerts[0]?.device.name, incident.unit?.names.at(-1) ?? unlinked];
  return { title: incident.kindTitle[locale], body: [incident.compound.name, ...where].filter(Boolean).join(' · ') };
}

start();
