/** The `ReportDesk` of this process. */
export const REPORT_DESK = Symbol('report-desk');
