import { defineConfig } from 'vitest/config';

/** Files that change the process they run in: its modules, its timers, what it loaded at the start. */
const alone = [
  'tests/cli/progress.test.ts',
  'tests/http-server.test.ts',
  'tests/master-key.test.ts',
  'tests/plain-rendering.test.tsx',
  'tests/routes/pace.test.ts',
];

const shared = {
  pool: 'forks',
  // Much of a test is waiting for a database or a browser: one worker a core, where the default
  // leaves one idle.
  maxWorkers: '100%',
  testTimeout: 60_000,
  hookTimeout: 60_000,
} as const;

export default defineConfig({
  test: {
    globalSetup: ['tests/support/global-setup.ts'],
    maxWorkers: shared.maxWorkers,
    projects: [
      {
        // Loading what is tested costs more than testing it: a worker does so once, not once a file.
        // Modules hold no state (ARCHITECTURE.md), so files can share them.
        test: {
          ...shared,
          name: 'together',
          include: ['tests/**/*.test.{ts,tsx}'],
          exclude: alone,
          isolate: false,
        },
      },
      { test: { ...shared, name: 'alone', include: alone } },
    ],
  },
});
