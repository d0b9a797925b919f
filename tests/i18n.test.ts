import { readdirSync, readFileSync } from 'node:fs';
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import { firstCallPlaces } from '../src/actions/seed-first-call.ts';
import { mailStates } from '../src/db/outbox.ts';
import { staffMailStates } from '../src/db/staff-outbox.ts';
import { contactChannels, fieldLimits } from '../src/domain/application-form.ts';
import { browserFamilies } from '../src/domain/browser-families.ts';
import { bulkActNames, obstacles } from '../src/domain/bulk-acts.ts';
import { callActs, callEventTypes } from '../src/domain/call-opening.ts';
import { questionTypes } from '../src/domain/call-sections/questions.ts';
import { consentEvents } from '../src/domain/consent.ts';
import { availabilities, contributorDecisions } from '../src/domain/contributors.ts';
import { declineReasons } from '../src/domain/decisions.ts';
import { deskKeys } from '../src/domain/desk-keys.ts';
import { copyFailures } from '../src/domain/document-copies.ts';
import { activeContents, readingFailures } from '../src/domain/document-texts.ts';
import { documentKinds } from '../src/domain/documents.ts';
import { languageCodes } from '../src/domain/languages.ts';
import { placeholders, templateKinds } from '../src/domain/letter-placeholders.ts';
import { listSorts, listTabs } from '../src/domain/list-stages.ts';
import { builtInViews } from '../src/domain/list-views.ts';
import { deliveries, notificationEvents } from '../src/domain/notifications.ts';
import { oidcRefusals } from '../src/domain/oidc-refusals.ts';
import { overviewPeriods, overviewTables } from '../src/domain/overview.ts';
import { pairActs, pairReasons } from '../src/domain/pairs.ts';
import { permissions, roles } from '../src/domain/permissions.ts';
import { requestStates } from '../src/domain/requests.ts';
import { deletionReasons } from '../src/domain/retention.ts';
import { recusals } from '../src/domain/review-assignments.ts';
import { reviewChanges, scores } from '../src/domain/reviews.ts';
import { staffActs } from '../src/domain/staff-acts.ts';
import { accountNotices, staffEventTypes } from '../src/domain/staff-events.ts';
import { decisions, stages, transitions } from '../src/domain/stages.ts';
import { waitingRules } from '../src/domain/waiting.ts';
import { languages, negotiateLanguage, translatorFor } from '../src/i18n.ts';
import { exportColumns } from '../src/views/components/list-links.ts';
import { promises } from '../src/views/components/overview-tables.ts';
import { accountChanges } from '../src/views/pages/account.tsx';
import { letterOutcomes } from '../src/views/pages/application.tsx';
import { statusActs } from '../src/views/pages/application-status.tsx';
import { mailOutcomes } from '../src/views/pages/outbox.tsx';

const root = new URL('..', import.meta.url).pathname;
const readCatalogue = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(`${root}locales/${language}.json`, 'utf8')) as Record<string, string>;
const catalogues = new Map(
  languages.map((language) => [language as string, readCatalogue(language)]),
);
const english = catalogues.get('en')!;

type Element = ReturnType<IntlMessageFormat['getAst']>[number];
// The kinds of elements in the syntax tree of a message.
const [literal, argument, select, plural, tag] = [0, 1, 5, 6, 8];

/** Everything a message needs, each as "kind name", and the words that a selection knows. */
function listNeeds(elements: readonly Element[]): string[] {
  return elements.flatMap((element): string[] => {
    if (element.type === literal) return [];
    if (element.type === select || element.type === plural) {
      const { type, value, options } = element as Extract<Element, { options: object }>;
      const inside = Object.values(options).flatMap((option) => listNeeds(option.value));
      const words = type === select ? ` (${Object.keys(options).sort().join(' ')})` : '';
      return [`${type === select ? 'select' : 'plural'} ${value}${words}`, ...inside];
    }
    if (element.type === tag) {
      const { value, children } = element as Extract<Element, { children: object }>;
      return [`tag ${value}`, ...listNeeds(children)];
    }
    return element.type === argument || 'value' in element
      ? [`value ${(element as { value: string }).value}`]
      : [];
  });
}
const needsOf = (message: string, language: string): string[] =>
  [...new Set(listNeeds(new IntlMessageFormat(message, language).getAst()))].sort();

/** The forms that plurals of a message have. */
function listPluralForms(elements: readonly Element[]): string[][] {
  return elements.flatMap((element): string[][] => {
    if (!('options' in element)) return [];
    const { type, options } = element as Extract<Element, { options: object }>;
    const inside = Object.values(options).flatMap((option) => listPluralForms(option.value));
    return type === plural ? [Object.keys(options), ...inside] : inside;
  });
}

const readSources = (folder: string): string =>
  readdirSync(`${root}${folder}`, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8'))
    .join('\n');
const source = readSources('src');

const publicStatuses = ['received', 'being-read', 'decision-made', 'withdrawn'];
const errorCodes = [
  ...['not-found', 'unknown-language', 'forbidden', 'foreign-origin', 'malformed', 'conflict'],
  ...['already-submitted', 'gone', 'call-closed', 'too-large', 'too-slow'],
  ...['too-many-requests', 'flooded', 'unavailable', 'internal', 'busy', 'late-draft', 'on-hold'],
];
const { link: _, answer: __, via: ___, shortAnswer: ____, ...measured } = fieldLimits;

/** Keys that the code puts together: its template, and what may stand in the place of the variable. */
const composed: Record<string, readonly string[]> = {
  'account.*Done': [...accountChanges],
  'browser.*': [...browserFamilies],
  'assignment.*': ['open', 'done', 'recused'],
  'change.*': ['document-added', 'document-replaced', 'document-removed'],
  'callDone.*': callEventTypes,
  'copy.none.*': copyFailures,
  'callEdit.demand.*': ['required', 'optional', 'off'],
  'callEdit.question.type.*': questionTypes,
  'callEdit.section.*': ['texts', 'languages', 'places', 'newsroom', 'questions', 'criteria'],
  'callHistory.*': callEventTypes,
  'callOpening.*': [...callActs, 'opensAt', 'closesAt'],
  'callOpening.*.text': callActs,
  'callOpening.*.title': callActs,
  'callOrder.*': ['up', 'down'],
  'callOrder.*Named': ['up', 'down'],
  'callOrder.add.*': ['questions', 'criteria'],
  'callOrder.empty.*': ['questions', 'criteria'],
  'callOrder.intro.*': ['questions', 'criteria'],
  'callOrder.remove.*': ['questions', 'criteria'],
  'callState.*': ['in-preparation', 'not-yet-open', 'open', 'rolling', 'closed'],
  'contactChannel.*': contactChannels,
  'decision.*': decisions,
  'contributor.*': ['byline', 'beats', 'availabilityNote', 'fee', 'notes'],
  'contributor.availability.*': availabilities,
  'contributor.since.*': contributorDecisions,
  'desk.nav.*': [
    ...[
      'applications',
      'reviewing',
      'contributors',
      'overview',
      'outbox',
      'calls',
      'publication',
      'account',
    ],
    ...['applications', 'reviewing', 'outbox', 'calls', 'publication', 'staff', 'account'],
    ...['applications', 'reviewing', 'mentions', 'outbox', 'calls', 'publication', 'account'],
  ],
  'document.*': documentKinds,
  'document.*.hint': documentKinds,
  'error.*': ['application', 'call'],
  'error.*.text': errorCodes,
  'error.*.title': errorCodes,
  'event.*': [
    ...consentEvents,
    ...['contributor-changed', 'legal-name-revealed'],
    ...['note-written', 'note-edited', 'note-deleted', 'message-sent', 'message-received'],
    ...['request-made', 'request-answered', 'request-cancelled', 'request-overdue'],
    ...['document-added', 'document-replaced', 'document-removed'],
    ...['pair-linked', 'pair-merged', 'pair-set-apart', 'pair-undone'],
    ...['hold-placed', 'hold-lifted', 'identity-revealed', 'identity-unsealed'],
    ...['held', 'recalled', 'edited', 'hurried', 'resent', 'cancelled'].map(
      (one) => `letter-${one}`,
    ),
  ],
  'discreet.does.*': ['alias', 'stored', 'address', 'mails', 'search', 'time', 'traces'],
  'discreet.not.*': ['mailbox', 'network', 'device', 'files', 'facets', 'law'],
  'looks.subject.*': ['identity', 'legal-name'],
  'mail.discreet.*': ['received', 'news', 'page', 'draft'],
  'keys.*': Object.keys(deskKeys),
  'export.*': exportColumns,
  'list.caption.*': listSorts,
  'list.found.*': ['answers', 'message', 'note', ...documentKinds],
  'list.sort.*': listSorts,
  'list.tab.*': listTabs,
  'bulk.act.*': bulkActNames,
  'bulk.target.*': ['editor', 'reviewer', 'tag'],
  'bulk.why.*': obstacles,
  'declineReason.*': declineReasons,
  'decide.obstacle.*': [
    ...[
      'moved',
      'merged',
      'withdrawn',
      'letter-held',
      'letter-leaving',
      'letter-left',
      'not-asked',
      'differs',
    ],
  ],
  'letter.*': ['recall', 'hurry'],
  'letter.*Named': ['recall', 'hurry'],
  'letter.done.*': letterOutcomes,
  'letter.state.*': ['held', 'leaving', 'stuck', 'told', 'unsaid', 'said'],
  'placeholder.*': placeholders,
  'template.*.subject': templateKinds,
  'template.*.body': templateKinds,
  'templates.*': ['subject', 'body'],
  'templates.kind.*': templateKinds,
  'outbox.*': mailOutcomes,
  'view.builtIn.*': builtInViews.map(({ name }) => name),
  'mail.notify.*': notificationEvents,
  'notify.delivery.*': deliveries,
  'notify.event.*': notificationEvents,
  'outbox.show.*': ['parked', 'refused'],
  'outbox.state.*': ['all', ...mailStates, ...staffMailStates],
  'outbox.thread.*': ['applicant', 'editors'],
  'permission.*': permissions,
  'pair.act.*': pairActs,
  'pair.reason.*': pairReasons,
  'pair.state.*': ['linked', 'apart', 'merged-here', 'merged-there'],
  'problem.*.missing': documentKinds,
  'problem.*.tooLong': Object.keys(measured),
  'reading.active.*': activeContents,
  'reading.failed.*': readingFailures,
  'recusal.*': recusals,
  'retry.*': [
    ...['unavailable', 'busy', 'internal', 'too-many-requests', 'flooded', 'too-large', 'too-slow'],
    ...['foreign-origin', 'late-draft', 'draft-gone'],
  ],
  'request.state.*': requestStates,
  'review.ability.*': scores.map(String),
  'review.criterion.*': ['place', 'reporting'],
  'review.criterion.*.description': ['place', 'reporting'],
  'review.done.*': reviewChanges,
  'review.place.*': scores.map(String),
  'review.quality.*': scores.map(String),
  'review.recommendation.*': scores.map(String),
  'seed.call.offer.*': ['flexible', 'fairPay', 'readership'],
  'seed.notice.*.heading': ['who', 'what', 'readers', 'basis', 'storage', 'deletion', 'rights'],
  'seed.notice.*.text': ['who', 'what', 'readers', 'basis', 'storage', 'deletion', 'rights'],
  'seed.place.*': firstCallPlaces,
  'seed.question.ai.*': ['none', 'language', 'research', 'text'],
  'staff.password.*': ['missing', 'short', 'long', 'easy'],
  'retention.count.*': deletionReasons,
  'retention.on.*': deletionReasons,
  'overview.period.*': overviewPeriods,
  'overview.promise.*': promises,
  'overview.times.*': ['firstRead', 'answer'],
  'overview.unit.*': ['day', 'week', 'month', 'year'],
  'overview.*.title': overviewTables,
  'retention.reason.*': deletionReasons,
  'staff.role.*': roles,
  'staffAct.*.button': staffActs,
  'staffAct.*.text': staffActs,
  'staffAct.*.title': staffActs,
  'staffAct.done.*': ['invited', ...staffActs],
  'staffAct.refused.*': ['self', 'lastAdmin', 'changed'],
  'mail.account.*': accountNotices,
  'oidc.refused.*': oidcRefusals,
  'staffLog.*': staffEventTypes,
  'staffState.*': ['invited', 'active', 'disabled'],
  'stage.*': [...stages, 'new'],
  'status.*': publicStatuses,
  'status.*.next': publicStatuses,
  'status.*.title': publicStatuses,
  'admin.message.*': ['withdrawn', 'refused'],
  'status.done.*': statusActs,
  'waiting.nothing.*': ['all', 'late'],
  'waiting.rule.*': Object.keys(waitingRules),
  'waiting.title.*': ['all', 'late'],
  'transition.*': transitions.map(({ name }) => name),
};
const composedKeys = Object.entries(composed).flatMap(([template, words]) =>
  words.map((word) => template.replace('*', word)),
);

/** Please, sorry, oops, unfortunately, invalid, required field. */
const bannedWords: Record<string, RegExp> = {
  en: /\b(please|sorry|oops|unfortunately|invalid|required field)\b/i,
  de: /\b(bitte|leider|entschuldig\w*|ups|ungültig\w*|pflichtfeld)\b/i,
  ru: /пожалуйста|извините|простите|сожалению|недействительн|недопустим|обязательное поле/i,
  ka: /გთხოვ|ბოდიში|უკაცრავად|სამწუხაროდ|არავალიდურ|სავალდებულო ველი/,
  hy: /խնդրում ենք|խնդրում եմ|ներեցեք|ներողություն|ցավոք|անվավեր|պարտադիր դաշտ/i,
  az: /zəhmət olmasa|xahiş ed|bağışlayın|üzr istə|təəssüf|etibarsız|məcburi sahə/i,
};

describe.each([...catalogues])('the catalogue %s', (language, catalogue) => {
  it('has the same keys as the English one, none twice, sorted', () => {
    expect(Object.keys(catalogue)).toEqual(Object.keys(english).sort());
    const text = readFileSync(`${root}locales/${language}.json`, 'utf8');
    expect(text.match(/^ {2}"/gm)).toHaveLength(Object.keys(catalogue).length);
  });

  it('has messages that can be parsed and ask for the same values', () => {
    for (const [key, message] of Object.entries(catalogue)) {
      expect([key, needsOf(message, language)]).toEqual([key, needsOf(english[key]!, 'en')]);
    }
  });

  it('has every plural form of its language', () => {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    for (const [key, message] of Object.entries(catalogue)) {
      for (const forms of listPluralForms(new IntlMessageFormat(message, language).getAst())) {
        const missing = pluralCategories.filter((category) => !forms.includes(category));
        expect([key, missing]).toEqual([key, []]);
      }
    }
  });

  it('check 11: neither begs nor blames', () => {
    const banned = bannedWords[language]!;
    for (const [key, message] of Object.entries(catalogue)) {
      expect([key, message]).toEqual([key, expect.not.stringMatching(banned)]);
    }
  });

  it('has no empty, untrimmed or shouted message', () => {
    for (const [key, message] of Object.entries(catalogue)) {
      expect([key, message.trim()]).toEqual([key, message]);
      expect(message).not.toBe('');
      expect([key, message]).toEqual([key, expect.not.stringMatching(/\p{Lu}{6,}| {2}/u)]);
    }
  });
});

it('a sentence has one full stop where a date in it ends with its own', () => {
  const t = translatorFor('ru');
  const date = t.date(new Date('2026-11-27T12:00:00Z'), 'Europe/Berlin');
  expect(t('consent.given.onFile', { date })).toBe(
    'Вы согласились остаться в резерве. Это действует до 27 ноября 2026 г.',
  );
  expect(t.rich('consent.given.onFile', { date }).join('')).toBe(
    t('consent.given.onFile', { date }),
  );
  expect(t('consent.goes', { date: '$& г.' })).toBe('Всё, что вы прислали, будет удалено $& г.');
});

describe('keys', () => {
  it('that the code puts together are in the list above, and exist', () => {
    const templates = [...source.matchAll(/`([a-z]\w*\.[\w.-]*\$\{[^}]+\}[\w.]*)`/gi)].map(
      (match) => match[1]!.replace(/\$\{[^}]+\}/g, '*'),
    );
    const areas = new Set(Object.keys(english).map((key) => key.split('.')[0]!));
    const unknown = templates.filter(
      (one) => areas.has(one.split('.')[0]!) && !Object.hasOwn(composed, one),
    );
    expect(templates.length).toBeGreaterThan(20);
    expect([...new Set(unknown)]).toEqual([]);
    expect(composedKeys.filter((key) => !Object.hasOwn(english, key))).toEqual([]);
  });

  it('are each used somewhere', () => {
    const used = (key: string) => source.includes(`'${key}'`) || composedKeys.includes(key);
    expect(Object.keys(english).filter((key) => !used(key))).toEqual([]);
  });
});

describe('languages', () => {
  it.each([
    [undefined, 'en'],
    ['de', 'de'],
    ['de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['fr, de;q=0.8, en;q=0.9', 'en'],
    ['fr;q=1, ka;q=0.9', 'ka'],
    ['de;q=0, en;q=0.1', 'en'],
    ['de;q=0', 'en'],
    ['DE', 'de'],
    ['*', 'en'],
    ['constructor, __proto__', 'en'],
    [';;;q=,,;q=x', 'en'],
    ['x,'.repeat(5000), 'en'],
  ] as const)('for %j it is %s', (header, language) => {
    expect(negotiateLanguage(header)).toBe(language);
  });

  it('write dates, sizes, lists and names their own way', () => {
    const [en, de] = [translatorFor('en'), translatorFor('de')];
    const noon = new Date('2026-12-04T11:02:00Z');
    expect(en.date(noon, 'Europe/Berlin')).toBe('4 December 2026');
    expect(de.date(noon, 'Europe/Berlin')).toBe('4. Dezember 2026');
    expect(de.dateTime(noon, 'Asia/Tbilisi')).toContain('15:02');
    expect([en.size(999), en.size(1500), en.size(10_000_000)]).toEqual([
      '999 bytes',
      '2 kB',
      '10 MB',
    ]);
    expect(de.size(3_400_000)).toBe('3,4 MB');
    expect(de.list(['a', 'b', 'c'])).toBe('a, b und c');
    expect([en.languageName('ka'), de.languageName('hy')]).toEqual(['Georgian', 'Armenisch']);
    expect(en.languageName('Հայկուհի')).toBe('Հայկուհի');
    for (const code of languageCodes) expect(en.languageName(code)).not.toBe(code);
    expect(['ö', 'z', 'a'].sort(de.compare)).toEqual(['a', 'ö', 'z']);
  });

  it('put a person’s words into a message without reading them', () => {
    const words = '{count, plural, other {x}} <link>y</link>';
    expect(translatorFor('en')('status.mailSent', { email: words })).toContain(words);
  });
});
