import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env['LOCKSTEP_SERVER'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  server: { proxy: { '/api': server, '/plugins': server } },
});
