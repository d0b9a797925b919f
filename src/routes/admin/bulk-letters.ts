import { fillLetters } from '../../actions/fill-letters.ts';
import { digestLetter } from '../../actions/write-letter.ts';
import { languageOf } from '../../actions/write-mail.ts';
import { type BulkCandidate, listHeldApplications } from '../../db/bulk-acts.ts';
import type { Deps } from '../../deps.ts';
import type { DecisionAct } from '../../domain/stages.ts';
import type { Translator } from '../../i18n.ts';
import type { LeftOut } from '../../views/components/bulk-page.tsx';
import type { ShownLetter } from '../../views/pages/bulk-confirm.tsx';
import { sayLetterProblems } from './letter-problems.ts';

/** The letters of an act to these people as each will be read, and to whom none can be sent, and why. */
export async function showLetters(
  deps: Deps,
  t: Translator,
  asked: {
    people: readonly BulkCandidate[];
    act: Exclude<DecisionAct, 'reopen'>;
    author: { id: string; name: string };
  },
): Promise<{ letters: ShownLetter[]; leftOut: LeftOut[] }> {
  const { db, clock } = deps;
  const { people, act, author } = asked;
  const held = await listHeldApplications(
    db,
    people.map(({ id }) => id),
  );
  const applications = people.flatMap(({ id }) => held.get(id) ?? []);
  const filled = await fillLetters(db, deps, { applications, act, author, now: clock.now() });
  const letters: ShownLetter[] = [];
  const leftOut: LeftOut[] = [];
  for (const { application, filled: letter, mail, refused } of filled) {
    const { id, reference, discreet } = application;
    // A discreet person's reference stands for name and address.
    const fullName = discreet ? reference : application.fullName;
    const email = discreet ? reference : application.email;
    const person = { reference, fullName };
    const { seen } = people.find((one) => one.id === id)!;
    if (refused) leftOut.push({ ...person, why: 'refused' });
    else if ('problems' in letter) {
      const problems = sayLetterProblems(t, letter.problems).map(({ message }) => message);
      leftOut.push({ ...person, why: 'letter', problems });
    } else {
      const { subject, text } = mail!;
      const language = languageOf(application.language);
      const shown = digestLetter(letter.letter);
      letters.push({ ...person, seen, shown, to: email, language, subject, text });
    }
  }
  return { letters, leftOut };
}
