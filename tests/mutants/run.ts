// npm run mutants [-- NUMBER …]: takes the protections of docs/security.md away one by one, in a copy of
// the checkout, and sees whether the tests that their rows name notice.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type Evidence, listTests, readRows } from '../support/security-rows.ts';
import { mutants } from './index.ts';
import type { Mutant } from './mutant.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const notCopied = ['.git', 'node_modules', 'data', 'coverage'];
const limitMs = 300_000;

type Fate = 'caught' | 'survived' | 'broken';
/** What vitest's JSON reporter writes, as far as we ask. */
type Report = {
  testResults: { assertionResults: { status: string; fullName: string }[]; message: string }[];
};
type Outcome = { passed: number; failed: string[]; trouble: string };
type Verdict = { fate: Fate; why: string };

function copyCheckout(): string {
  const copy = mkdtempSync(path.join(tmpdir(), 'feder-mutants-'));
  cpSync(root, copy, {
    recursive: true,
    filter: (source) => !notCopied.includes(path.relative(root, source)),
  });
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  return copy;
}

/** A title as a pattern; what a table of tests fills in (`%j`) may be anything. */
const patternOf = (title: string): string =>
  title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/%[sdifjo]/g, '.*');

async function runTests(
  copy: string,
  tests: readonly Evidence[],
  { ms, bail }: { ms: number; bail: number },
): Promise<Outcome> {
  const output = path.join(copy, 'report.json');
  rmSync(output, { force: true });
  const files = new Set(tests.map(({ file }) => file));
  const titles = tests.flatMap((test) => test.titles.map(patternOf));
  const trouble = await runVitest(copy, ms, [
    ...[...files, '-t', titles.join('|')],
    ...['--maxWorkers=1', `--bail=${bail}`, '--reporter=json', `--outputFile=${output}`],
  ]);
  if (!existsSync(output)) return { passed: 0, failed: [], trouble };
  const { testResults } = JSON.parse(readFileSync(output, 'utf8')) as Report;
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  return {
    passed: results.filter(({ status }) => status === 'passed').length,
    failed: results.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
    trouble: testResults.map(({ message }) => message).join('') || trouble,
  };
}

/** Gives back what it complained about. Its workers die with it, also one that goes round in circles. */
async function runVitest(copy: string, ms: number, args: string[]): Promise<string> {
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...args], {
    cwd: copy,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const end = () => process.kill(-child.pid!, 'SIGKILL');
  process.once('exit', end);
  const closed = once(child, 'close');
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, ms);
  const complaints = await text(child.stderr);
  await closed;
  clearTimeout(timer);
  process.off('exit', end);
  return isLate ? `not done after ${ms / 1000} seconds` : complaints;
}

/** A suite that did not load, or ran out of time, says nothing about the test. */
function judge({ passed, failed, trouble }: Outcome, failsAnyway: readonly string[]): Verdict {
  const noticed = failed.find((name) => !failsAnyway.includes(name));
  if (noticed !== undefined) return { fate: 'caught', why: `: ${noticed}` };
  return passed > 0 ? { fate: 'survived', why: '' } : { fate: 'broken', why: `: ${trouble}` };
}

/** One file after the other, so that no browser is started where a quicker one that the row names first notices. */
async function tryMutant(
  copy: string,
  mutant: Mutant,
  { tests, failsAnyway }: { tests: readonly Evidence[]; failsAnyway: readonly string[] },
): Promise<Verdict> {
  const target = path.join(copy, mutant.file);
  const whole = readFileSync(target, 'utf8');
  writeFileSync(
    target,
    whole.replace(mutant.find, () => mutant.put),
  );
  let verdict: Verdict = { fate: 'survived', why: '' };
  for (const file of new Set(tests.map((test) => test.file))) {
    const ofFile = tests.filter((test) => test.file === file);
    const one = judge(await runTests(copy, ofFile, { ms: limitMs, bail: 1 }), failsAnyway);
    if (one.fate !== 'survived') verdict = one;
    if (one.fate === 'caught') break;
  }
  writeFileSync(target, whole);
  return verdict;
}

const numbers = process.argv.slice(2);
const unknown = numbers.filter((number) => !mutants.some((mutant) => mutant.number === number));
if (unknown.length > 0) throw new Error(`No mutants of ${unknown.join(', ')}`);
const chosen = mutants.filter(({ number }) => numbers.length === 0 || numbers.includes(number));
const rows = readRows(readFileSync(path.join(root, 'docs/security.md'), 'utf8'));
const testsOf = (number: string): Evidence[] =>
  rows.filter((row) => row.number === number).flatMap(listTests);

const copy = copyCheckout();
process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
process.once('SIGINT', () => process.exit(130));

const named = [...new Set(chosen.map(({ number }) => number))].flatMap(testsOf);
// Whatever fails anyway catches nothing.
const untouched = await runTests(copy, named, { ms: limitMs * named.length, bail: 0 });
for (const name of untouched.failed) console.log(`fails with nothing taken away: ${name}`);
if (untouched.passed === 0) throw new Error(`No test passes: ${untouched.trouble}`);

const count = { caught: 0, survived: 0, broken: 0 };
for (const mutant of chosen) {
  const { fate, why } = await tryMutant(copy, mutant, {
    tests: testsOf(mutant.number),
    failsAnyway: untouched.failed,
  });
  count[fate] += 1;
  console.log(`${fate} ${mutant.number}, ${mutant.breaks}${why}`);
}
console.log(`${count.caught} caught, ${count.survived} survived, ${count.broken} broken`);
if (count.caught < chosen.length) process.exitCode = 1;
