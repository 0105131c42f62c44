import { defineConfig } from 'vite';

/** Files carry a hash of their content in their name, so the server lets browsers keep them for ever. */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // A data: address for each small image would not pass the content security policy of every type.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    reportCompressedSize: false,
    rolldownOptions: {
      // "use client" is for frameworks that render on a server; here everything is the client.
      onwarn: (warning, warn) => {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
  // For work on the dashboard itself: "npx vite dashboard" beside a running server.
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
});
