const shared = {
  rootDir: import.meta.dirname,
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['/dist/'],
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
};

/** unit: no process but this one. scenario: several processes, real sockets, ffmpeg, PostgreSQL, Chromium. */
export default {
  /** The machine may be busy with another test; what waits for nothing fails at once all the same. */
  testTimeout: 30_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{cloud,deploy,device-profiles,gateway,test}/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '/dist/', '\\.scenario\\.test\\.ts$'],
    },
    {
      ...shared,
      displayName: 'scenario',
      testMatch: ['<rootDir>/{cloud,gateway,test}/**/*.scenario.test.ts'],
    },
  ],
};
