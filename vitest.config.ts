import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that change the process they run in: its modules, its timers, what it loaded at the start. */
const alone = [
  'tests/egress.test.ts',
  'tests/cli/progress.test.ts',
  'tests/domain/masking-steps.test.ts',
  'tests/http-server.test.ts',
  'tests/master-key.test.ts',
  'tests/plain-rendering.test.tsx',
  'tests/regular-expressions.test.ts',
  'tests/routes/pace.test.ts',
];

/**
 * What a second pass, on another Node and another PostgreSQL (`TEST_AGAIN=1`), need not do: pages in a
 * browser, and what reads our sources and takes its time.
 */
const once = ['tests/architecture/**', 'tests/browser/**', 'tests/regular-expressions.test.ts'];
const left = process.env.TEST_AGAIN ? once : [];

/** Where the longest tests are: what starts last must be short, or a core idles beside it. */
const first = ['browser/checks-', 'browser/', 'server/', 'db/embedded', 'cli/'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const name = path.relative(path.join(import.meta.dirname, 'tests'), moduleId);
      const index = first.findIndex((start) => name.startsWith(start));
      return index < 0 ? first.length : index;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

const shared = {
  pool: 'forks',
  // Much of a test is waiting for a database or a browser: one worker a core, where the default
  // leaves one idle. A second pass runs beside the first, which has more to do, on the same cores.
  maxWorkers: process.env.TEST_AGAIN ? 1 : '100%',
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // What is waited for comes when a busy core gets to it.
  expect: { poll: { timeout: 20_000 } },
} as const;

// Loading what is tested costs more than testing it: a worker does so once, not once a file. Modules
// hold no state, so files can share them; a project of its own for those in a browser would load all
// of it again.
const together = { ...shared, isolate: false };

export default defineConfig({
  test: {
    globalSetup: ['tests/support/global-setup.ts'],
    maxWorkers: shared.maxWorkers,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...together,
          name: 'together',
          include: ['tests/**/*.test.{ts,tsx}'],
          exclude: [...alone, ...left],
        },
      },
      { test: { ...shared, name: 'alone', include: alone, exclude: left } },
    ],
  },
});
