// Node-RED without its editor and pages: only the flow.
module.exports = {
  flowFile: 'flow.json',
  uiHost: '127.0.0.1',
  httpAdminRoot: false,
  httpNodeRoot: false,
  functionGlobalContext: { crypto: require('node:crypto') },
  functionExternalModules: false,
  telemetry: { enabled: false },
  logging: { console: { level: 'info', metrics: false, audit: false } },
};
