import type { SourceFile } from './imports.ts';

const leaves = [
  'src/errors.ts',
  'src/crypto.ts',
  'src/i18n.ts',
  'src/clock.ts',
  'src/describe-error.ts',
  'src/loopback.ts',
];

/** The types that everything above `db` is handed; erased at run time. */
const shapes = ['src/deps.ts', 'src/config.ts'];

/**
 * Which rooms a room may import from, beside itself. `deps.ts` and `config.ts` are shapes that any
 * room above `db` may name.
 */
const allowed: Record<string, readonly string[]> = {
  domain: leaves,
  db: [...leaves, 'domain'],
  documents: [...leaves, 'domain', 'db'],
  'views/pages': [...leaves, 'domain', 'db', 'views', 'views/components'],
  'views/components': [...leaves, 'domain', 'db', 'views'],
  views: [...leaves, 'domain', 'src/assets.ts', 'views/components'],
  mail: [...leaves, ...shapes, 'domain', 'db', 'documents', 'mail/templates'],
  'mail/templates': [...leaves, 'domain', 'views'],
  actions: [...leaves, ...shapes, 'domain', 'db', 'documents', 'mail', 'mail/templates'],
  auth: [...leaves, ...shapes, 'domain', 'db', 'src/rate-limit.ts'],
  jobs: [...leaves, 'domain', 'db', 'mail', 'actions'],
  routes: [
    ...[...leaves, ...shapes, 'src/assets.ts', 'src/rate-limit.ts', 'src/client-address.ts'],
    ...['domain', 'db', 'documents', 'mail', 'actions', 'auth'],
    ...['views', 'views/components', 'views/pages'],
  ],
  commands: [
    ...[...leaves, ...shapes, 'src/settings.ts', 'src/master-key.ts', 'src/open-database.ts'],
    ...[
      'src/explain-failure.ts',
      'src/public-address.ts',
      'migrations',
      'domain',
      'db',
      'documents',
      'actions',
      'auth',
      'mail',
    ],
  ],
  client: [],
};

const roomOf = (file: string): string => {
  if (file.startsWith('migrations/')) return 'migrations';
  const folders = file.split('/').slice(1, -1);
  const deep = folders.slice(0, 2).join('/');
  return Object.hasOwn(allowed, deep) ? deep : (folders[0] ?? file);
};

/** Imports that run against the direction of the house, one line each. */
export function listForbiddenImports(sources: readonly SourceFile[]): string[] {
  return sources.flatMap(({ file, imports }) => {
    const room = roomOf(file);
    const may = allowed[room];
    if (may === undefined) return [];
    return imports
      .filter((one) => !one.startsWith('locales/') && roomOf(one) !== room)
      .filter((one) => !may.includes(one) && !may.includes(roomOf(one)))
      .map((one) => `${file} may not import ${one}`);
  });
}

type Ban = { what: string; pattern: RegExp; except: (file: string) => boolean };

const inside =
  (...places: string[]) =>
  (file: string): boolean =>
    places.some((place) => file.startsWith(place));

const bans: readonly Ban[] = [
  {
    what: 'process.env',
    pattern: /\bprocess\.env\b/,
    except: inside('src/server.ts', 'src/cli.ts'),
  },
  {
    what: 'SQL',
    pattern: /\.(selectFrom|insertInto|updateTable|deleteFrom)\(|\bsql`|\bsql</,
    except: inside('src/db/', 'src/documents/', 'migrations/'),
  },
  {
    what: 'a stage written',
    pattern: /\.set\(\{[^}]*\bstage\b|update applications\b[^`]*\bstage\b/,
    except: inside('src/db/stages.ts'),
  },
  {
    what: 'Hono or an HTTP status',
    pattern: /from 'hono(?!\/jsx)/,
    except: (file) =>
      !inside('src/domain/', 'src/db/', 'src/documents/', 'src/mail/', 'src/actions/')(file),
  },
  {
    what: 'more than the types of a row',
    pattern: /import (?!type\b)[^;]*from '(\.\.\/)+db\//,
    except: (file) => !file.startsWith('src/views/'),
  },
  { what: 'raw HTML', pattern: /dangerouslySetInnerHTML|from 'hono\/html'/, except: () => false },
  { what: 'a default export', pattern: /\bexport default\b/, except: inside('vitest.config.ts') },
  { what: 'a silenced type error', pattern: /@ts-ignore|@ts-expect-error/, except: () => false },
  { what: 'binary mode of pg', pattern: /\bbinary: true\b/, except: () => false },
];

/** Words that may not stand in a file of `src` or `migrations`, one line each. */
export function listForbiddenWords(
  sources: readonly Pick<SourceFile, 'file' | 'text'>[],
): string[] {
  return sources.flatMap(({ file, text }) =>
    bans
      .filter(({ pattern, except }) => !except(file) && pattern.test(text))
      .map(({ what }) => `${file} has ${what}`),
  );
}

/** Folders whose names say nothing. */
export function listForbiddenFolders(sources: readonly Pick<SourceFile, 'file'>[]): string[] {
  const names = ['utils', 'helpers', 'common', 'services', 'lib'];
  return sources
    .map(({ file }) => file)
    .filter((file) =>
      file
        .split('/')
        .slice(0, -1)
        .some((folder) => names.includes(folder)),
    );
}
