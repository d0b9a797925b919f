import type { HeldApplication } from '../db/applications.ts';
import { type Call, getCallVersion, getPublication } from '../db/calls.ts';
import type { Db } from '../db/client.ts';
import { findConsent } from '../db/consents.ts';
import { findContributor } from '../db/contributors.ts';
import { listActs, openActContent, standingActs } from '../db/decision-acts.ts';
import { openName } from '../db/discreet.ts';
import { listDocuments, type ReceivedDocument } from '../db/documents.ts';
import { type EventEntry, listEvents } from '../db/events.ts';
import { getNoticeNumber, listToldMails } from '../db/export.ts';
import { listMessages } from '../db/messages.ts';
import { listRequests } from '../db/requests.ts';
import { listAllVersions } from '../db/reviews.ts';
import type { Deps } from '../deps.ts';
import { cleanFileName } from '../documents/names.ts';
import { readDocument } from '../documents/store.ts';
import type { StreamedFile } from '../documents/zip-stream.ts';
import { pickText, replyByDate } from '../domain/calls.ts';
import { isConsentEvent } from '../domain/consent.ts';
import { toldAtOf } from '../domain/decisions.ts';
import { isDeskEvent } from '../domain/desk-events.ts';
import { answerTo, askIn, wordAnswer } from '../domain/questions.ts';
import { showAbility, showCriteria } from '../domain/scorecard.ts';
import { found } from '../errors.ts';
import { translatorFor } from '../i18n.ts';
import { valuesOf } from './read-application.ts';
import { openLegalName } from './save-contributor.ts';
import { languageOf } from './write-mail.ts';

/** The submitted reviews in words, with nobody's name: that is the reviewer's own (GDPR, Article 15(4)). */
async function listWordedReviews(
  db: Db,
  { application: { id, language }, key }: Exported,
  fallback: string,
) {
  const t = translatorFor(languageOf(language));
  return (await listAllVersions(db, id, key)).map((version) => {
    const scored = showCriteria(version.criteria, t, fallback).map(
      (one) => [one, version.scores[one.key]] as const,
    );
    const all = [...scored, [showAbility(t, fallback), version.ability] as const];
    return {
      at: version.submittedAt,
      scores: all.flatMap(([{ label, words }, score]) =>
        score ? [{ criterion: label.text, score, word: words[score - 1]?.text }] : [],
      ),
      recommendation: version.recommendation,
      text: version.text,
    };
  });
}

/** What happened, as the applicant may know it: no word of where it stands inside before they are told. */
const namesOfEvents = (event: EventEntry): { what: string; kind?: string } | undefined => {
  if (event.type === 'submitted') return { what: 'submitted' };
  if (event.type === 'reply-nudged') return undefined;
  const told = ['reply-lapsed', 'address-corrected', 'contributor-details'];
  if (told.includes(event.type)) return { what: event.type };
  if (isConsentEvent(event.type)) return { what: event.type };
  if (isDeskEvent(event.type)) return undefined;
  if (event.type !== 'stage-changed') return { what: event.type, kind: event.to ?? '' };
  if (event.to === 'withdrawn') return { what: 'withdrawn' };
  return event.from === 'withdrawn' ? { what: 'withdrawal-undone' } : undefined;
};

/** Decision letters that have left, the oldest first; why it was decided stays in the file. */
async function listToldLetters(db: Db, { id, key, now }: { id: string; key: Buffer; now: Date }) {
  const acts = standingActs(await listActs(db, id)).reverse();
  return acts.flatMap((act) => {
    const at = act.withLetter && toldAtOf(act, now);
    const { letter } = openActContent(key, act);
    if (!at || !letter) return [];
    return [
      { about: act.act, language: act.language, at, subject: letter.subject, text: letter.body },
    ];
  });
}

/** What is known of the person as a contributor, the newsroom's notes aside. */
async function readContributor(db: Db, { application, key }: Exported, now: Date) {
  const known = await findContributor(db, { id: application.id, key, now });
  if (!known || known.revision === 0) return undefined;
  const { byline, places, languages, beats, availability, availabilityNote, fee, filledAt } = known;
  const legalName = openLegalName({ application, key });
  return {
    ...{ byline, legalName, places, languages, beats, availability, availabilityNote },
    ...{ agreedFee: fee, filledAt },
  };
}

const pathOf = ({ kind, name }: ReceivedDocument, index: number): string =>
  `documents/${String(index + 1).padStart(2, '0')}-${kind}-${cleanFileName(name)}`;

/** Nobody gets what the virus scanner has stopped. */
const listFiles = (documents: readonly ReceivedDocument[]) =>
  documents
    .map((document, index) => ({ document, index }))
    .filter(({ document }) => document.closure !== 'infected');

function listQuestions({ questions }: Call, application: HeldApplication, fallback: string) {
  const t = translatorFor(languageOf(application.language));
  return questions.map((question) => {
    const shown = askIn(question, t.language, fallback);
    const answer = answerTo(application.answers, question);
    const { text } = wordAnswer(t, shown, answer);
    const { key, label } = shown;
    return { key, question: label.text, answer, ...(text !== answer && { answerText: text }) };
  });
}

type Exported = {
  application: HeldApplication;
  key: Buffer;
  /** What the reviews say too: for whoever answers a request, not for the private page. */
  reviews?: boolean;
};

/**
 * Everything that is stored about an application and may be told to its applicant: `application.json`,
 * whose form docs/privacy.md describes, and the documents as they were received. Codes, links and
 * other secrets are not among it. Nothing is read before a file is.
 */
export async function exportApplication(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  { application, key, reviews = false }: Exported,
): Promise<StreamedFile[]> {
  const { id, reference, language, keepOnFile, consentedAt } = application;
  const submittedAt = found(application.submittedAt);
  const publication = await getPublication(db);
  const call = await getCallVersion(db, application.callVersionId);
  const documents = (await listDocuments(db, id)).map((one) => openName(key, one));
  const consent = await findConsent(db, id, clock.now());
  const contributor = await readContributor(db, { application, key }, clock.now());
  const {
    answers: _,
    consent: __,
    discreet: ___,
    keepOnFile: ____,
    ...answers
  } = valuesOf(key, application);
  const exported = {
    format: 'feder-application',
    version: 1,
    exportedAt: clock.now(),
    publication: publication.name,
    call: {
      slug: call.slug,
      version: call.number,
      title: pickText(call.texts, language, publication.language).title,
    },
    reference,
    language,
    submittedAt,
    replyBy: replyByDate(submittedAt, call.replyDays),
    cameFrom: application.via,
    answers,
    questions: listQuestions(call, application, publication.language),
    consents: [
      {
        to: 'privacy-notice',
        noticeVersion: await getNoticeNumber(db, application.privacyNoticeId),
        given: consentedAt !== null,
        at: consentedAt,
      },
      {
        ...{ to: 'keep-on-file', given: keepOnFile },
        at: keepOnFile ? (consent?.agreedAt ?? submittedAt) : null,
      },
      ...(consent?.decision === 'accepted'
        ? [
            {
              ...{ to: 'directory', given: consent.state === 'given' },
              ...{ at: consent.agreedAt, until: consent.until },
            },
          ]
        : []),
    ],
    documents: documents.map((document, index) => ({
      file: document.closure === 'infected' ? null : pathOf(document, index),
      ...(document.closure === 'infected' && { infected: document.scanFinding }),
      kind: document.kind,
      origin: document.origin,
      name: document.name,
      type: document.type,
      size: document.size,
      sha256: document.sha256.toString('hex'),
      language: document.language,
      receivedAt: document.receivedAt,
    })),
    messages: (await listMessages(db, id, key)).map((message) => ({
      from: message.direction === 'in' ? 'applicant' : 'editors',
      language: message.language,
      at: message.createdAt,
      text: message.body,
    })),
    requests: (await listRequests(db, id)).map(({ createdAt, dueOn, kinds, state, closedAt }) => ({
      at: createdAt,
      until: dueOn,
      documents: kinds,
      ...{ state, closedAt },
    })),
    ...(contributor && { contributor }),
    letters: await listToldLetters(db, { id, key, now: clock.now() }),
    events: (await listEvents(db, id)).flatMap((event) => {
      const told = namesOfEvents(event);
      return told ? [{ ...told, at: event.at }] : [];
    }),
    ...(reviews && {
      reviews: await listWordedReviews(db, { application, key }, publication.language),
    }),
    mails: (await listToldMails(db, id)).map((mail) => ({
      kind: mail.template,
      language: mail.language,
      writtenAt: mail.createdAt,
    })),
  };
  const json = Buffer.from(`${JSON.stringify(exported, null, 2)}\n`);
  return [
    {
      name: 'application.json',
      size: json.length,
      async *read() {
        yield json;
      },
    },
    ...listFiles(documents).map(({ document, index }) => ({
      name: pathOf(document, index),
      size: document.size,
      read: () => readDocument(db, key, document),
    })),
  ];
}
