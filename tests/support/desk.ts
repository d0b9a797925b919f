import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import type { KyselyPlugin } from 'kysely';
import type { StaffMember } from '../../src/auth/sessions.ts';
import type { AppEnv, Deps } from '../../src/deps.ts';
import { applicationRoutes } from '../../src/routes/admin/applications.tsx';
import { callDeskRoutes } from '../../src/routes/admin/calls.tsx';
import { contributorRoutes } from '../../src/routes/admin/contributors.tsx';
import { documentRoutes } from '../../src/routes/admin/documents.tsx';
import { outboxRoutes } from '../../src/routes/admin/outbox.tsx';
import { overviewRoutes } from '../../src/routes/admin/overview.tsx';
import { publicationRoutes } from '../../src/routes/admin/publication.tsx';
import { retentionRoutes } from '../../src/routes/admin/retention.tsx';
import { reviewingRoutes } from '../../src/routes/admin/reviewing.tsx';
import { staffOutboxRoutes } from '../../src/routes/admin/staff-outbox.tsx';
import { handleError } from '../../src/routes/handle-error.tsx';
import { createTestApp, type TestApp } from './app.ts';
import { createStaff } from './factories.ts';

export type Answer = { status: number; headers: Headers; location: string | null; html: string };

/** Somebody who is signed in. */
export type Seat = {
  staff: StaffMember;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  head(path: string): Promise<Answer>;
  post(path: string, form?: Record<string, string>): Promise<Answer>;
  /** The answer itself, for its bytes. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
};

export type Desk = Pick<TestApp, 'app' | 'deps' | 'clock' | 'logged' | 'stop'> & {
  admin: Seat;
  editor: Seat;
  reviewer: Seat;
  /** Queries since the last call. */
  countQueries(): number;
  /** Serves over real HTTP, signed in as the editor. */
  listen(): Promise<{ url: string; close(): Promise<void> }>;
};

function createCounter(): { plugin: KyselyPlugin; read(): number } {
  let count = 0;
  return {
    plugin: {
      transformQuery: ({ node }) => node,
      // Not where it is built: what stays prepared is built once.
      async transformResult({ result }) {
        count += 1;
        return result;
      },
    },
    read() {
      const since = count;
      count = 0;
      return since;
    },
  };
}

/** The editors' pages on a real database, behind a gate that takes everybody's word for who they are. */
export async function createDesk(env: Record<string, string> = {}): Promise<Desk> {
  const { app: applicants, deps: plain, clock, logged, stop } = await createTestApp(env);
  const counter = createCounter();
  const deps: Deps = { ...plain, db: plain.db.withPlugin(counter.plugin) };

  const seatOf = (staff: StaffMember): Seat & { app: Hono<AppEnv> } => {
    const app = new Hono<AppEnv>()
      .use(async (c, next) => {
        c.set('requestId', 'test');
        c.set('staff', staff);
        c.set('language', staff.language);
        await next();
      })
      .route('/admin', applicationRoutes(deps))
      .route('/admin', documentRoutes(deps))
      .route('/admin', reviewingRoutes(deps))
      .route('/admin', contributorRoutes(deps))
      .route('/admin', overviewRoutes(deps))
      .route('/admin', staffOutboxRoutes(deps))
      .route('/admin', outboxRoutes(deps))
      .route('/admin', callDeskRoutes(deps))
      .route('/admin', publicationRoutes(deps))
      .route('/admin', retentionRoutes(deps));
    app.onError(handleError(deps));
    const fetch = async (path: string, init?: RequestInit): Promise<Response> =>
      await app.request(path, init);
    const send = async (path: string, init?: RequestInit): Promise<Answer> => {
      const response = await fetch(path, init);
      const { status, headers } = response;
      const html = await response.text();
      return { status, headers, location: headers.get('location'), html };
    };
    return {
      app,
      staff,
      fetch,
      get: (path, headers = {}) => send(path, { headers }),
      head: (path) => send(path, { method: 'HEAD' }),
      post: (path, form = {}) => send(path, { method: 'POST', body: new URLSearchParams(form) }),
    };
  };

  const editor = seatOf(await createStaff(deps, { role: 'editor', name: 'Edda Editor' }));
  return {
    app: applicants,
    deps,
    clock,
    logged,
    stop,
    admin: seatOf(await createStaff(deps, { role: 'admin', name: 'Ada Admin' })),
    editor,
    reviewer: seatOf(await createStaff(deps, { role: 'reviewer', name: 'Rea Reviewer' })),
    countQueries: counter.read,
    async listen() {
      const server = createAdaptorServer({ fetch: editor.app.fetch });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        close: () =>
          new Promise((resolve) => {
            server.close(() => resolve());
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      };
    },
  };
}
