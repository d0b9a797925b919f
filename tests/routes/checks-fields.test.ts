import { expect, it } from 'vitest';
import { createTestApp } from '../support/app.ts';
import { elementsOf } from '../support/html.ts';
import { applyPath, fillDraft } from '../support/send-form.ts';

/** Everything that an applicant is asked, with the part of the decision that needs it. */
const reasons: Record<string, string> = {
  discreet: 'Optional: protection for those who take a risk by writing',
  mailLinks: 'Optional: whether mails to them may show the way to their page',
  fullName: 'Whom we write to, and whose work it is',
  latinName: 'Optional: the byline, and mail programs that show Latin letters only',
  penName: 'Optional: the byline of those who publish under another name',
  email: 'The receipt and the reply',
  contactChannel: 'Optional: some can be reached safely in one way only',
  contactHandle: 'Optional: the number or name for that way',
  places: 'What the call seeks: people who know these places',
  placesOther: 'Places that the list does not have',
  basedIn: 'Optional: who can go there to report, and who writes from abroad',
  languages: 'Optional: who reads the samples, and in which languages somebody can interview',
  topics: 'Optional: the beat, which the editors plan with',
  links: 'Optional: published work instead of, or beside, a sample',
  cv: 'The call asks for it',
  cvText: 'The same as text, for those without a file',
  coverLetter: 'The call asks for it',
  coverLetterText: 'The same as text',
  writingSample: 'The call asks for it',
  writingSampleText: 'The same as text',
  writingSampleLanguage: 'Optional: who reads the sample',
  keepOnFile: 'Consent to be kept on file after a decline',
  consent: 'Consent to be read at all',
  mailTo: 'Optional: where the link of the draft goes, for another device',
  'q-ai': 'The question that the first call adds: how texts were made',
};

/** What the form carries for itself and asks nobody; one of them is a trap for programs. */
const carried = ['draft', 'via', 'intent', 'remove', 'typed', 'homepage'];

it('check 27: the form asks only what is listed here with its reason, and all of it is in the contract', async () => {
  const test = await createTestApp();
  const draft = await fillDraft(test.app, { via: 'https://example.org/article' });
  const names = new Set<string>();
  for (const path of [applyPath(), `/en/drafts/${draft}`]) {
    const html = await (await test.app.request(path)).text();
    for (const tag of ['input', 'select', 'textarea', 'button']) {
      for (const { name } of elementsOf(html, tag)) if (name) names.add(name);
    }
  }
  // The language of a sample that is held is named by its document.
  const asked = [...names].map((name) =>
    name.replace(/^language-[\w-]{36}$/, 'writingSampleLanguage'),
  );
  const unexplained = asked.filter(
    (name) => !Object.hasOwn(reasons, name) && !carried.includes(name),
  );
  expect(unexplained).toEqual([]);
  expect(Object.keys(reasons).filter((name) => !asked.includes(name))).toEqual([]);
  await test.stop();
});
