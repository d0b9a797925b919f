import { type Logger, pino } from 'pino';

export type TestLog = {
  log: Logger;
  lines: Record<string, unknown>[];
  text(): string;
  clear(): void;
};

/** For a PostgreSQL whose log nobody reads. */
export const silent = { info() {}, warn() {}, error() {} };

/** A real logger whose lines a test can read. */
export function createTestLog(): TestLog {
  const raw: string[] = [];
  const log = pino(
    { level: 'debug', base: null },
    { write: (line: string) => void raw.push(line) },
  );
  return {
    log,
    get lines() {
      return raw.map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    text: () => raw.join(''),
    clear() {
      raw.length = 0;
    },
  };
}
