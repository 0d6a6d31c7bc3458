import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import ProjectAfterProject from './test/project-after-project.ts';
import { probeRules } from './test/rules/probe-rules.ts';

const root = fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '');
// what a worker and each process that a test starts has compiled is there for the next, whatever home a test gives it
process.env['NODE_COMPILE_CACHE'] ??= `${root}/node_modules/.cache/lockstep-compiled`;

/** What replaces a module. */
const alone = ['test/folding-disk.test.ts'];

export default defineConfig({
  test: {
    reporters: ['default', './scripts/closing-line.ts'],
    passWithNoTests: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 3,
    // one process for many files, whose modules are loaded once
    isolate: false,
    sequence: { sequencer: ProjectAfterProject },
    projects: [
      {
        extends: true,
        plugins: [probeRules(root)],
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'web/src/**/*.test.ts', 'scripts/**/*.test.ts'],
          setupFiles: ['./test/rules/rules-ran.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'journeys', include: ['test/**/*.test.ts'], exclude: ['test/browser/**', ...alone] },
      },
      { extends: true, test: { name: 'alone', isolate: true, include: alone } },
      {
        extends: true,
        test: {
          name: 'browser',
          setupFiles: ['./test/browser/share-chromium.ts'],
          // a real browser on a busy machine may miss a moment; a fault of the page fails all three times
          retry: 2,
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 180_000,
          expect: { poll: { timeout: 40_000 } },
        },
      },
    ],
  },
});
