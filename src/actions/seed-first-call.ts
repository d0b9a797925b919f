import { createId } from '../crypto.ts';
import { isSeeded, seedCall } from '../db/seed.ts';
import type { Deps } from '../deps.ts';
import type { CallText, NoticeText, Question } from '../domain/calls.ts';
import { languages, type MessageKey, translatorFor } from '../i18n.ts';

/** The places of the first call, in no order of rank; a reader's language sorts them. */
export const firstCallPlaces = ['armenia', 'azerbaijan', 'georgia', 'north-caucasus'] as const;

const offers = ['flexible', 'fairPay', 'readership'] as const;
const noticeSections = [
  'who',
  'what',
  'readers',
  'basis',
  'storage',
  'deletion',
  'rights',
] as const;

const inEachLanguage = <T>(make: (t: (key: MessageKey) => string) => T): string =>
  JSON.stringify(Object.fromEntries(languages.map((one) => [one, make(translatorFor(one))])));

const callText = (t: (key: MessageKey) => string): CallText => ({
  title: t('seed.call.title'),
  lead: t('seed.call.lead'),
  seek: t('seed.call.seek'),
  offer: offers.map((one) => t(`seed.call.offer.${one}`)),
  readers: t('seed.call.readers'),
  places: Object.fromEntries(firstCallPlaces.map((one) => [one, t(`seed.place.${one}`)])),
});

const aiChoices = ['none', 'language', 'research', 'text'] as const;

/** May stay open, so that a script that knows nothing of it can still apply. */
const aiQuestion: Question = {
  key: 'ai',
  type: 'choice',
  required: false,
  choices: [...aiChoices],
  texts: Object.fromEntries(
    languages.map((language) => {
      const t = translatorFor(language);
      const choices = aiChoices.map((one) => [one, t(`seed.question.ai.${one}`)]);
      return [
        language,
        {
          label: t('seed.question.ai.label'),
          hint: t('seed.question.ai.hint'),
          choices: Object.fromEntries(choices) as Record<string, string>,
        },
      ];
    }),
  ),
};

const noticeText = (t: (key: MessageKey) => string): NoticeText => ({
  sections: noticeSections.map((one) => ({
    heading: t(`seed.notice.${one}.heading`),
    text: t(`seed.notice.${one}.text`),
  })),
});

/**
 * Gives a fresh installation its publication, its first call and the first privacy notice. Does
 * nothing once there is a call. What the call's article does not say (fee, imprint) stays empty.
 */
export async function seedFirstCall({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<boolean> {
  const now = clock.now();
  return await db.transaction().execute(async (trx) => {
    if (await isSeeded(trx)) return false;
    const callId = createId(now);
    await seedCall(trx, {
      publication: {
        name: 'Caucasus Watch',
        timeZone: 'Europe/Berlin',
        language: 'de',
        imprint: JSON.stringify({ lines: [] }),
        links: JSON.stringify({}),
        updatedAt: now,
      },
      notice: { id: createId(now), number: 1, texts: inEachLanguage(noticeText), createdAt: now },
      call: { id: callId, slug: 'regional-experts', opensAt: now, createdAt: now },
      version: {
        id: createId(now),
        callId,
        number: 1,
        texts: inEachLanguage(callText),
        places: [...firstCallPlaces],
        documents: JSON.stringify({
          cv: 'required',
          coverLetter: 'required',
          writingSample: 'required',
        }),
        questions: JSON.stringify([aiQuestion]),
        contactEmail: 'i.dostalik@caucasuswatch.de',
        seededInbox: 'redaktion@caucasuswatch.de',
        replyDays: 14,
        retentionDays: 183,
        createdAt: now,
      },
    });
    return true;
  });
}
