import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Files carry a hash of their content in their name, so the server lets browsers keep them for ever. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // A data: address for each small image would not pass the content security policy of every type.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    reportCompressedSize: false,
  },
  // For work on the dashboard itself: "npx vite dashboard" beside a running server.
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
});
