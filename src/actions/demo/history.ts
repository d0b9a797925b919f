import type { TransitionName } from '../../domain/stages.ts';
import type { Random } from './random.ts';

/** What happened to an application, oldest first. */
export type History = {
  submittedAt: Date;
  /** The steps after `submit`. */
  steps: { name: TransitionName; at: Date }[];
  /** When somebody of the staff opened it. */
  openedAt: Date[];
};

type Course = {
  steps: readonly TransitionName[];
  opened: boolean;
  /** Days since submitting, from and to. */
  age: readonly [number, number];
};

const fresh = [0, 9] as const;
const recent = [1, 40] as const;
const old = [8, 120] as const;

const untouched: Course = { steps: [], opened: false, age: fresh };
const opened: Course = { steps: [], opened: true, age: [0, 20] };
const inReview: Course = { steps: ['review'], opened: true, age: recent };
const shortlisted: Course = { steps: ['review', 'shortlist'], opened: true, age: recent };
const accepted: Course = { steps: ['review', 'shortlist', 'accept'], opened: true, age: old };
const declined: Course = { steps: ['review', 'decline'], opened: true, age: old };
const declinedAtOnce: Course = { steps: ['decline'], opened: true, age: old };
const kept: Course = { steps: ['shortlist', 'keep-on-file'], opened: true, age: old };
const withdrawn: Course = { steps: ['withdraw'], opened: false, age: old };
const reopened: Course = { steps: ['review', 'decline', 'reopen'], opened: true, age: old };
const reversed: Course = {
  steps: ['review', 'decline', 'reopen', 'accept'],
  opened: true,
  age: old,
};

// Dealt in turn, so that every stage is there from the first nine on.
const courses: readonly Course[] = [
  ...[untouched, inReview, accepted, opened, shortlisted, declined, kept, withdrawn, reopened],
  ...[untouched, declinedAtOnce, inReview, opened, accepted, untouched, shortlisted, declined],
  ...[kept, opened, reversed],
];

const dayMs = 86_400_000;

/** Invents what happened to the application with this number up to `now`. */
export function inventHistory(random: Random, number: number, now: Date): History {
  const course = courses[number % courses.length]!;
  const [from, to] = course.age;
  const ageMs = Math.round((from + random.fraction() * (to - from)) * dayMs) + 600_000;
  const submittedAt = new Date(now.getTime() - ageMs);
  // In equal shares of the time since, each moved a little: always in order, never in the future.
  const shares = course.steps.length + 1;
  const at = (share: number, spread: number): Date =>
    new Date(
      submittedAt.getTime() + Math.floor((ageMs * (share + spread * random.fraction())) / shares),
    );
  const steps = course.steps.map((name, index) => ({ name, at: at(index + 0.5, 0.4) }));
  const openedAt = Array.from({ length: course.opened ? 1 + random.below(3) : 0 }, () =>
    at(0.05, 0.4),
  );
  return { submittedAt, steps, openedAt: openedAt.sort((a, b) => a.getTime() - b.getTime()) };
}
