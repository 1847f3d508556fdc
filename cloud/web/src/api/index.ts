import { accountsApi } from './accounts.js';
import { appraisalApi } from './appraisal.js';
import { channelsApi } from './channels.js';
import { compoundsApi } from './compounds.js';
import { correlationApi } from './correlation.js';
import { devicesApi } from './devices.js';
import { floorPlansApi } from './floor-plans.js';
import { gatewaysApi } from './gateways.js';
import { governanceApi } from './governance.js';
import type { Http } from './http.js';
import { incidentsApi } from './incidents.js';
import { reportsApi } from './reports.js';
import { roundsApi } from './rounds.js';
import { sessionApi } from './session.js';
import { unitsApi } from './units.js';
import { silencesApi } from './silences.js';
import { telemetryApi } from './telemetry.js';

export type Api = ReturnType<typeof createApi>;

/** The console API, one group a subject. */
export function createApi(http: Http) {
  return {
    session: sessionApi(http),
    incidents: incidentsApi(http),
    devices: devicesApi(http),
    units: unitsApi(http),
    floorPlans: floorPlansApi(http),
    gateways: gatewaysApi(http),
    governance: governanceApi(http),
    compounds: compoundsApi(http),
    accounts: accountsApi(http),
    appraisal: appraisalApi(http),
    correlation: correlationApi(http),
    channels: channelsApi(http),
    reports: reportsApi(http),
    rounds: roundsApi(http),
    silences: silencesApi(http),
    telemetry: telemetryApi(http),
  };
}
