import { describe, expect, it } from 'vitest';
import { findCircle, listSpecifiers, readSources, type SourceFile } from './imports.ts';
import { listForbiddenFolders, listForbiddenImports, listForbiddenWords } from './rules.ts';

const root = new URL('../..', import.meta.url).pathname;
const sources = readSources(root, ['src', 'migrations']);

const plant = (file: string, imports: string[], text = ''): SourceFile => ({ file, imports, text });

describe('the house', () => {
  it('is read whole', () => {
    expect(sources.length).toBeGreaterThan(60);
    expect(sources.find(({ file }) => file === 'src/db/stages.ts')?.imports).toContain(
      'src/domain/stages.ts',
    );
  });

  it('has imports that run one way', () => {
    expect(listForbiddenImports(sources)).toEqual([]);
  });

  it('has no circle of imports', () => {
    expect(findCircle(sources)).toBeUndefined();
  });

  it('keeps its never-rules', () => {
    expect(listForbiddenWords(sources)).toEqual([]);
  });

  it('has no folder whose name says nothing', () => {
    expect(listForbiddenFolders(sources)).toEqual([]);
  });

  it('never lets a migration import the application', () => {
    const migrations = sources.filter(({ file }) => file.startsWith('migrations/'));
    expect(
      migrations.flatMap(({ imports }) => imports.filter((one) => one.startsWith('src/'))),
    ).toEqual([]);
  });
});

describe('the rules', () => {
  it('see every way to import', () => {
    const text = `import a from './a.ts';\nimport {\n  b,\n} from './b.ts';\nexport { c } from './c.ts';\nimport './d.ts';\nawait import('./e.ts');`;
    expect(listSpecifiers(text).sort()).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts']);
  });

  it('fail on a planted import against the direction', () => {
    expect(listForbiddenImports([plant('src/domain/stages.ts', ['src/db/client.ts'])])).toEqual([
      'src/domain/stages.ts may not import src/db/client.ts',
    ]);
    expect(
      listForbiddenImports([plant('src/actions/a.ts', ['src/views/layout.tsx'])]),
    ).toHaveLength(1);
    expect(listForbiddenImports([plant('src/mail/a.ts', ['src/routes/respond.tsx'])])).toHaveLength(
      1,
    );
    expect(listForbiddenImports([plant('src/views/a.tsx', ['src/actions/a.ts'])])).toHaveLength(1);
    expect(listForbiddenImports([plant('src/routes/a.tsx', ['src/jobs/loop.ts'])])).toHaveLength(1);
    expect(listForbiddenImports([plant('src/commands/a.ts', ['src/routes/a.tsx'])])).toHaveLength(
      1,
    );
  });

  it('fail on a planted circle', () => {
    expect(
      findCircle([plant('a.ts', ['b.ts']), plant('b.ts', ['c.ts']), plant('c.ts', ['b.ts'])]),
    ).toEqual(['b.ts', 'c.ts', 'b.ts']);
  });

  it('fail on planted words', () => {
    const planted = [
      ['src/config.ts', 'process.env.HOME'],
      ['src/routes/a.ts', "db.selectFrom('calls')"],
      ['src/db/a.ts', "trx.set({ stage: 'review' })"],
      ['src/db/a.ts', '`update applications set stage = 1`'],
      ['src/actions/a.ts', "import { Hono } from 'hono';"],
      ['src/views/a.tsx', "import { isWell } from '../db/client.ts';"],
      ['src/views/a.tsx', '<p dangerouslySetInnerHTML={x} />'],
      ['src/db/a.ts', '// @ts-ignore'],
    ] as const;
    for (const [file, text] of planted)
      expect(listForbiddenWords([{ file, text }])).toHaveLength(1);
    expect(listForbiddenFolders([{ file: 'src/utils/a.ts' }])).toEqual(['src/utils/a.ts']);
  });
});
