import { fileURLToPath } from 'node:url';
import { type LockedPackage, readLock, readPackages } from './packages.ts';

/** Licences that ask no more than to be named, by their SPDX identifiers. */
const allowed = [
  ...['MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause'],
  ...['Apache-2.0', 'BlueOak-1.0.0'],
];
/** Changed files of theirs have to be published: fine for tools that we run and don't hand on. */
const allowedForDevelopment = ['MPL-2.0'];

/** Packages that don't name their licence as SPDX does; read in the files that they bring. */
const read: Record<string, string> = {
  'combine-errors@3.0.3': 'MIT',
  'only@0.0.2': 'MIT',
  'incremental-encoder@0.0.1': 'MPL-2.0',
};

/** Whether an SPDX expression of ANDs and ORs can be met; what is in brackets is one of them. */
function isMet(expression: string, good: readonly string[]): boolean {
  return expression
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((one) => good.includes(one.trim())));
}

/** The packages whose licence nobody has agreed to, one line each. */
export function listForeignLicences(packages: readonly LockedPackage[]): string[] {
  return packages.flatMap(({ name, version, licence, dev }) => {
    const known = read[`${name}@${version}`] ?? licence ?? 'none';
    const good = dev ? [...allowed, ...allowedForDevelopment] : allowed;
    return isMet(known, good) ? [] : [`${name} ${version}: ${known}`];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const packages = readPackages(readLock());
  const foreign = listForeignLicences(packages);
  for (const line of foreign) console.error(line);
  if (foreign.length > 0) process.exitCode = 1;
  else console.log(`${packages.length} packages, all under licences of the list`);
}
