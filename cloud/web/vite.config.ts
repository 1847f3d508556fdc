import vue from '@vitejs/plugin-vue';
import { defaultClientConditions, defineConfig } from 'vite';

/** The contract is data and types: what the console does not name of it stays out of the bundle. */
const isContract = (id: string): boolean => /[\\/]cloud[\\/]contract[\\/]/.test(id);

export default defineConfig({
  plugins: [vue({ features: { optionsAPI: false } })],
  define: {
    __VUE_OPTIONS_API__: 'true',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  resolve: { conditions: ['source', ...defaultClientConditions] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Every byte comes from a file of its own, so that the page runs under a policy without data: and inline code.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      onwarn: (warning, warn) => warning.code !== 'INVALID_ANNOTATION' && warn(warning),
      treeshake: { moduleSideEffects: (id) => !isContract(id) },
      output: { manualChunks: { vue: ['vue', 'vue-router', 'vue-i18n'] } },
    },
  },
  server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:8080' } },
});
