import { Hono } from 'hono';
import type { AppEnv, Deps } from '../../deps.ts';
import { checkOrigin } from '../origin.ts';
import { accountRoutes } from './account.tsx';
import { applicationRoutes } from './applications.tsx';
import { callDeskRoutes } from './calls.tsx';
import { contributorRoutes } from './contributors.tsx';
import { documentRoutes } from './documents.tsx';
import { enrolRoutes } from './enrol.tsx';
import { forbidStoring, requireStaff } from './gate.ts';
import { keyRoutes } from './keys.tsx';
import { notificationSettingsRoutes } from './notification-settings.tsx';
import { oidcRoutes } from './oidc.tsx';
import { outboxRoutes } from './outbox.tsx';
import { overviewRoutes } from './overview.tsx';
import { publicationRoutes } from './publication.tsx';
import { retentionRoutes } from './retention.tsx';
import { reviewingRoutes } from './reviewing.tsx';
import { signInRoutes } from './sign-in.tsx';
import { staffRoutes } from './staff.tsx';
import { staffOutboxRoutes } from './staff-outbox.tsx';
import { waitingRoutes } from './waiting.tsx';

/** Everything that staff see: sign-in and enrolment outside of the gate, all else behind it. */
export function adminRoutes(deps: Deps): Hono<AppEnv> {
  const behindGate = new Hono<AppEnv>()
    .use(requireStaff(deps))
    .route('/', applicationRoutes(deps))
    .route('/', documentRoutes(deps))
    .route('/', keyRoutes(deps))
    .route('/', reviewingRoutes(deps))
    .route('/', contributorRoutes(deps))
    .route('/', overviewRoutes(deps))
    .route('/', staffOutboxRoutes(deps))
    .route('/', outboxRoutes(deps))
    .route('/', callDeskRoutes(deps))
    .route('/', publicationRoutes(deps))
    .route('/', retentionRoutes(deps))
    .route('/', waitingRoutes(deps))
    .route('/', staffRoutes(deps))
    .route('/', notificationSettingsRoutes(deps))
    .route('/', accountRoutes(deps));
  return new Hono<AppEnv>()
    .use(forbidStoring, checkOrigin(deps, { required: true }))
    .route('/', signInRoutes(deps))
    .route('/', oidcRoutes(deps))
    .route('/', enrolRoutes(deps))
    .route('/', behindGate);
}
