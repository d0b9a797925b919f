import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type AppProcess, startApp } from './app-process.ts';
import { median, percentile, time } from './measure.ts';

const samples = 200;
const warmUp = 10;
const password = 'Lerche Bahnsteig Kupfer 58';
const known = 'known@example.org';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function post(
  app: AppProcess,
  address: string,
  form: Record<string, string>,
): Promise<number> {
  const origin = app.url.replace('127.0.0.1', 'localhost');
  const { status, body } = await fetch(`${app.url}${address}`, {
    ...{ method: 'POST', headers: { origin }, redirect: 'manual' },
    body: new URLSearchParams(form),
  });
  await body?.cancel();
  return status;
}

async function addKnown(app: AppProcess): Promise<void> {
  const link = readFileSync(path.join(app.dataDir, 'first-admin-link'), 'utf8').trim();
  const form = { name: 'Known', email: known, password };
  const status = await post(app, new URL(link).pathname, form);
  if (status !== 303) throw new Error(`enrolling answered ${status}`);
}

/**
 * Whether the time of an answer tells that an address has an account (ASVS 6.3.8): wrong passwords
 * for one that has one and for others that have none, in turn.
 */
export async function benchEnumeration(): Promise<void> {
  const app = await startApp();
  try {
    await addKnown(app);
    const attempt = async (email: string) => {
      const status = await post(app, '/admin/sign-in', { email, password: `${password}!` });
      if (status !== 422) throw new Error(`signing in answered ${status}`);
    };
    const taken = { known: [] as number[], unknown: [] as number[] };
    for (let i = -warmUp; i < samples; i += 1) {
      const addresses = { known, unknown: `nobody${i + warmUp}@example.org` };
      // Who comes second finds warmer caches: they take turns in that as well.
      const kinds = i % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const);
      for (const kind of kinds) {
        const ms = await time(() => attempt(addresses[kind]));
        if (i >= 0) taken[kind].push(ms);
      }
    }
    for (const [kind, all] of Object.entries(taken)) {
      print(
        `${kind.padEnd(8)} median ${median(all).toFixed(1)} ms, p95 ${percentile(all, 0.95).toFixed(1)} ms over ${all.length}`,
      );
    }
    const [one, two] = [median(taken.known), median(taken.unknown)];
    const apart = (Math.abs(one - two) / Math.min(one, two)) * 100;
    print(`medians apart by ${apart.toFixed(1)} % (5 % are allowed)`);
  } finally {
    await app.stop();
  }
}
