import type { Logger } from 'pino';
import type { Assets } from './assets.ts';
import type { StaffMember } from './auth/sessions.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Keyring } from './crypto.ts';
import type { Db } from './db/client.ts';
import type { Language } from './i18n.ts';

/** What the composition root hands to the application; a module takes only what it needs of it. */
export type Deps = {
  config: Config;
  /** Where links in pages and mails lead, without a trailing slash. */
  publicUrl: string;
  /** The publication's name at the start, for pages that are shown while the database is away. */
  siteName?: string;
  db: Db;
  keys: Keyring;
  clock: Clock;
  log: Logger;
  assets: Assets;
};

/** Facts about one request, for Hono's context. */
export type AppEnv = {
  Variables: {
    requestId: string;
    language: Language;
    /** The text fields of a form, as far as its body was read. */
    typed?: ReadonlyMap<string, readonly string[]>;
    /** Set behind the staff gate only. */
    staff: StaffMember;
  };
};
