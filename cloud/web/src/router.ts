import { createRouter, createWebHistory, type Router, type RouteRecordRaw } from 'vue-router';
import type { Ability } from './session/abilities.js';
import type { SessionStore } from './stores/session.js';

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's name in the catalogue. */
    title: string;
    /** Open without a session. */
    public?: boolean;
    /** What a person must be able to do to open it. */
    needs?: Ability;
  }
}

const routes: RouteRecordRaw[] = [
  {
    path: '/',
    name: 'wall',
    component: () => import('./pages/wall/WallPage.vue'),
    meta: { title: 'page.wall', needs: 'seeIncidents' },
  },
  {
    path: '/incidents/:id',
    name: 'incident',
    props: true,
    component: () => import('./pages/incident/IncidentPage.vue'),
    meta: { title: 'page.incident', needs: 'seeIncidents' },
  },
  {
    path: '/alerts',
    name: 'alerts',
    component: () => import('./pages/alerts/AlertsPage.vue'),
    meta: { title: 'page.alerts', needs: 'seeIncidents' },
  },
  {
    path: '/doors',
    name: 'doors',
    component: () => import('./pages/doors/DoorsPage.vue'),
    meta: { title: 'page.doors', needs: 'seeDevices' },
  },
  {
    path: '/outages',
    name: 'outages',
    component: () => import('./pages/outages/OutagesPage.vue'),
    meta: { title: 'page.outages', needs: 'seeDevices' },
  },
  {
    path: '/rules',
    name: 'rules',
    component: () => import('./pages/rules/RulesPage.vue'),
    meta: { title: 'page.rules', needs: 'seeRules' },
  },
  {
    path: '/silences',
    name: 'silences',
    component: () => import('./pages/silences/SilencesPage.vue'),
    meta: { title: 'page.silences', needs: 'seeSilences' },
  },
  {
    path: '/correlation',
    name: 'correlation',
    component: () => import('./pages/correlation/CorrelationPage.vue'),
    meta: { title: 'page.correlation', needs: 'seeQuiet' },
  },
  {
    path: '/units',
    name: 'units',
    component: () => import('./pages/units/UnitsPage.vue'),
    meta: { title: 'page.units', needs: 'seeUnits' },
  },
  {
    path: '/registers',
    name: 'registers',
    component: () => import('./pages/registers/RegistersPage.vue'),
    meta: { title: 'page.registers', needs: 'seeRegisters' },
  },
  {
    path: '/linking',
    name: 'linking',
    component: () => import('./pages/linking/LinkingPage.vue'),
    meta: { title: 'page.linking', needs: 'linkDevices' },
  },
  {
    path: '/rosters',
    name: 'rosters',
    component: () => import('./pages/rosters/RosterPage.vue'),
    meta: { title: 'page.rosters', needs: 'seeRosters' },
  },
  {
    path: '/playbooks',
    name: 'playbooks',
    component: () => import('./pages/playbooks/PlaybooksPage.vue'),
    meta: { title: 'page.playbooks', needs: 'seePlaybooks' },
  },
  {
    path: '/gateways',
    name: 'gateways',
    component: () => import('./pages/gateways/GatewaysPage.vue'),
    meta: { title: 'page.gateways', needs: 'seeGateways' },
  },
  {
    path: '/compounds',
    name: 'compounds',
    component: () => import('./pages/compounds/CompoundsPage.vue'),
    meta: { title: 'page.compounds', needs: 'manageCompounds' },
  },
  {
    path: '/accounts',
    name: 'accounts',
    component: () => import('./pages/accounts/AccountsPage.vue'),
    meta: { title: 'page.accounts', needs: 'manageAccounts' },
  },
  {
    path: '/channels',
    name: 'channels',
    component: () => import('./pages/channels/ChannelsPage.vue'),
    meta: { title: 'page.channels', needs: 'manageChannels' },
  },
  {
    path: '/report',
    name: 'reporting',
    component: () => import('./pages/report/ReportingPage.vue'),
    meta: { title: 'page.reporting', needs: 'makeReports' },
  },
  {
    path: '/patrol',
    name: 'patrol',
    component: () => import('./pages/patrol/PatrolPage.vue'),
    meta: { title: 'page.patrol', needs: 'seePatrols' },
  },
  {
    path: '/daily',
    name: 'daily',
    component: () => import('./pages/daily/DailyPage.vue'),
    meta: { title: 'page.daily', needs: 'keepDaily' },
  },
  {
    path: '/care',
    name: 'care',
    component: () => import('./pages/care/CarePage.vue'),
    meta: { title: 'page.care', needs: 'keepCare' },
  },
  {
    path: '/appraisal',
    name: 'appraisal',
    component: () => import('./pages/appraisal/AppraisalPage.vue'),
    meta: { title: 'page.appraisal', needs: 'seeAppraisal' },
  },
  {
    path: '/audit',
    name: 'audit',
    component: () => import('./pages/audit/AuditPage.vue'),
    meta: { title: 'page.audit', needs: 'readAudit' },
  },
  {
    path: '/second-factor',
    name: 'second-factor',
    component: () => import('./pages/second-factor/SecondFactorPage.vue'),
    meta: { title: 'page.secondFactor' },
  },
  {
    path: '/login',
    name: 'login',
    component: () => import('./pages/login/LoginPage.vue'),
    meta: { title: 'page.login', public: true },
  },
  {
    path: '/setup',
    name: 'setup',
    component: () => import('./pages/setup/SetupPage.vue'),
    meta: { title: 'page.setup', public: true },
  },
  {
    path: '/notice/:compound',
    name: 'notice',
    props: true,
    component: () => import('./pages/notice/NoticePage.vue'),
    meta: { title: 'page.notice', public: true },
  },
  {
    path: '/report/:compound',
    name: 'report',
    props: true,
    component: () => import('./pages/report/ReportPage.vue'),
    meta: { title: 'page.report', public: true },
  },
  {
    path: '/m/:token',
    name: 'phone',
    props: true,
    component: () => import('./pages/phone/PhonePage.vue'),
    meta: { title: 'page.phone', public: true },
  },
  {
    path: '/:rest(.*)*',
    name: 'missing',
    component: () => import('./pages/missing/MissingPage.vue'),
    meta: { title: 'page.missing', public: true },
  },
];

/** Every page but the public ones needs a session, and the ability that it names. */
export function createConsoleRouter(session: SessionStore): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes,
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  });
  router.beforeEach(async (to) => {
    if (to.meta.public) return true;
    const login = { name: 'login', query: to.fullPath === '/' ? {} : { next: to.fullPath } };
    if (!(await session.restore().catch(() => false))) return login;
    const due = session.session.value?.secondFactor === 'due';
    if (due && to.name !== 'second-factor') return { name: 'second-factor' };
    if (!to.meta.needs || session.can(to.meta.needs)) return true;
    return firstAllowed(session) ?? { name: 'missing', params: { rest: ['forbidden'] } };
  });
  return router;
}

function firstAllowed(session: SessionStore): { name: string } | undefined {
  const page = routes.find(({ meta }) => meta?.needs && session.can(meta.needs));
  return page ? { name: String(page.name) } : undefined;
}
