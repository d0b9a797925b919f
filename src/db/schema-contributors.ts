import type { ColumnType, GeneratedAlways } from 'kysely';
import type { Availability } from '../domain/contributors.ts';
import type { LookSubject } from '../domain/discreet.ts';

type Once<T> = ColumnType<T, T, never>;

/** What is known of somebody as a contributor; without a row it is what they applied with. */
export type ContributorTable = {
  applicationId: Once<string>;
  byline: string;
  places: string[];
  languages: string[];
  beats: string;
  availability: Availability | '';
  availabilityNote: string;
  /** The agreed one, in words. */
  fee: string;
  /** The newsroom's own. */
  notes: string;
  /** The texts above where they are sealed, which are empty then. */
  detailsSealed: Buffer | null;
  /** When they last filled it in themselves. */
  filledAt: Date | null;
  /** How often it was saved. */
  revision: number;
  updatedAt: Date;
};

export type LegalNameLookTable = {
  id: GeneratedAlways<number>;
  applicationId: Once<string>;
  staffId: Once<string | null>;
  subject: Once<LookSubject>;
  /** Empty where it is sealed. */
  reason: Once<string>;
  reasonSealed: Once<Buffer | null>;
  at: Once<Date>;
};

/** What became of somebody's agreement to be kept since they gave it with the application. */
export type ConsentTable = {
  applicationId: Once<string>;
  /** When it was given anew last. */
  agreedAt: Date | null;
  /** When they were asked for it last. */
  askedAt: Date | null;
  /** When somebody who was accepted has left the directory, since they did not answer. */
  endedAt: Date | null;
  withdrawnAt: Date | null;
};

export type ContributorSchema = {
  consents: ConsentTable;
  contributors: ContributorTable;
  legalNameLooks: LegalNameLookTable;
};
