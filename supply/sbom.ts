import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type LockedPackage,
  namedBy,
  type Project,
  readLock,
  readPackages,
  readProject,
  resolveFrom,
} from './packages.ts';

/** The address of a package by the purl specification: the @ of a scope is written as %40. */
const purlOf = (name: string, version: string): string =>
  `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;

const spdx = /^\(?[\w.+-]+(?: (?:OR|AND) [\w.+-]+)*\)?$/;

function describePackage({ name, version, licence, dev, optional, integrity }: LockedPackage) {
  const [group, short] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const [algorithm, digest = ''] = (integrity ?? '').split('-');
  return {
    type: 'library',
    'bom-ref': purlOf(name, version),
    ...(group && { group }),
    name: short,
    version,
    scope: dev ? 'excluded' : optional ? 'optional' : 'required',
    ...(algorithm === 'sha512' && {
      hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }],
    }),
    ...(licence && {
      licenses: [spdx.test(licence) ? { expression: licence } : { license: { name: licence } }],
    }),
    purl: purlOf(name, version),
  };
}

/**
 * The software bill of materials in CycloneDX 1.6: every package of the lock file with its version,
 * licence, sum and what it depends on. The same lock file gives the same bytes: no time, no random
 * number, nothing asked of the network.
 */
export function writeSbom(project: Project, lock: string): string {
  const packages = readPackages(lock);
  const byPath = new Map(packages.map((one) => [one.path, one]));
  const known = new Set(byPath.keys());
  const root = purlOf(project.name, project.version);
  const listRefs = (from: string, names: readonly string[]): string[] => {
    const refs = names.flatMap((name) => {
      const found = byPath.get(resolveFrom(from, name, known) ?? '');
      return found ? [purlOf(found.name, found.version)] : [];
    });
    return [...new Set(refs)].sort();
  };
  const edges = new Map([[root, listRefs('', Object.keys(namedBy(project)))]]);
  for (const { path, name, version, wants, peers } of packages) {
    const ref = purlOf(name, version);
    const all = [...(edges.get(ref) ?? []), ...listRefs(path, Object.keys({ ...wants, ...peers }))];
    edges.set(ref, [...new Set(all)].sort());
  }
  const components = new Map(packages.map((one) => [purlOf(one.name, one.version), one]));
  const sum = createHash('sha256').update(lock).digest('hex');
  const bom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    // A UUID of version 8 (RFC 9562): what it is made of is ours to say.
    serialNumber: `urn:uuid:${sum.slice(0, 8)}-${sum.slice(8, 12)}-8${sum.slice(13, 16)}-8${sum.slice(17, 20)}-${sum.slice(20, 32)}`,
    version: 1,
    metadata: {
      component: {
        ...{ type: 'application', 'bom-ref': root, name: project.name, version: project.version },
        ...{ licenses: [{ license: { id: project.license } }], purl: root },
      },
    },
    components: [...components.values()].map(describePackage),
    dependencies: [...edges].map(([ref, dependsOn]) => ({ ref, dependsOn })),
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}

/** `npm run sbom` writes to stdout, `npm run sbom -- FILE` to a file. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bom = writeSbom(readProject(), readLock());
  const file = process.argv[2];
  if (file) writeFileSync(file, bom);
  else process.stdout.write(bom);
}
