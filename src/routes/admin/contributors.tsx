import { type Context, Hono } from 'hono';
import { revealLegalName, saveDeskDetails } from '../../actions/save-contributor.ts';
import { findByReference } from '../../db/applications.ts';
import {
  type ContributorFilter,
  findContributor,
  listContributors,
} from '../../db/contributors.ts';
import { getDeskFacts } from '../../db/desk-facts.ts';
import { listLooks } from '../../db/looks.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { pickText } from '../../domain/calls.ts';
import {
  contributorDecisions,
  type DetailProblem,
  findDetailProblems,
  findLongTexts,
  isAvailability,
  readDeskDetails,
} from '../../domain/contributors.ts';
import { byteOrderMark, csvLine } from '../../domain/csv.ts';
import { languageCodes } from '../../domain/languages.ts';
import { dayOf } from '../../domain/reply-clock.ts';
import { isVoid, readSearchTerms } from '../../domain/search-terms.ts';
import { cleanLine } from '../../domain/text.ts';
import { AppError, found } from '../../errors.ts';
import { type Translator, translatorFor } from '../../i18n.ts';
import type { BoxOption } from '../../views/components/boxes.tsx';
import type { FieldError } from '../../views/components/form.tsx';
import { ContributorPage, type ContributorPageProps } from '../../views/pages/contributor.tsx';
import {
  ContributorListPage,
  type ContributorQuery,
  contributorParameters,
} from '../../views/pages/contributor-list.tsx';
import { isId } from '../attachment.ts';
import { sendPage } from '../respond.tsx';
import { smallBody } from '../small-body.ts';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';
import { readSearchOf } from './list-query.ts';
import { messageBody } from './small-forms.ts';

const pageSize = 50;
/** Rows of a file that a spreadsheet takes; a directory has fewer. */
const fileSize = 10_000;

/** The fields of a form as lists; one that is no form has none. */
async function readFields(c: Context<AppEnv>): Promise<Map<string, string[]>> {
  const fields = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(await c.req.text()))
    fields.set(name, [...(fields.get(name) ?? []), value]);
  return fields;
}

/** Places of an older version of a call stay somebody's until they are unticked. */
const withOwn = (places: readonly BoxOption[], own: readonly string[]): BoxOption[] => [
  ...places,
  ...own
    .filter((key) => !places.some((place) => place.key === key))
    .map((key) => ({ key, name: key })),
];

/** What is wrong, in words, beside its field. */
export function sayDetailProblems(t: Translator, problems: readonly DetailProblem[]): FieldError[] {
  return problems.map((one) => ({
    field: one.field,
    message: 'values' in one ? t(one.key, one.values) : t(one.key),
  }));
}

/** The directory of contributors. Paths are below /admin. */
export function contributorRoutes(deps: Deps): Hono<AppEnv> {
  const { db, clock, keys } = deps;
  const permitted = requirePermission('keep-contributors');

  async function readPlaces(t: Translator) {
    const { publication, calls } = await getDeskFacts(db);
    const names = new Map(
      calls.flatMap(({ places, texts }) => {
        const text = pickText(texts, t.language, publication.language);
        return places.map((key) => [key, text.places[key] ?? key] as const);
      }),
    );
    const places = [...names]
      .map(([key, name]) => ({ key, name }))
      .sort((a, b) => t.compare(a.name, b.name));
    return { publication, places };
  }

  function readQuery(c: Context<AppEnv>, places: readonly { key: string }[]) {
    const query = Object.fromEntries(
      contributorParameters.map((name) => [name, cleanLine(c.req.query(name) ?? '')]),
    ) as ContributorQuery;
    const terms = query.q === '' ? undefined : readSearchTerms(query.q);
    const state = contributorDecisions.find((one) => one === query.state);
    const { place, language, availability } = query;
    const isKnown =
      (query.q === '' || (terms !== undefined && !isVoid(terms))) &&
      (query.state === '' || state !== undefined) &&
      (place === '' || places.some(({ key }) => key === place)) &&
      (language === '' || languageCodes.includes(language)) &&
      (availability === '' || isAvailability(availability));
    const filter: ContributorFilter = {
      state,
      ...(place !== '' && { place }),
      ...(language !== '' && { language }),
      ...(isAvailability(availability) && { availability }),
      ...(terms && { search: readSearchOf(terms, keys) }),
    };
    return { query, filter, isKnown };
  }

  async function show(
    c: Context<AppEnv>,
    happened: Partial<
      Pick<
        ContributorPageProps,
        'values' | 'errors' | 'rival' | 'done' | 'legalName' | 'lookReason'
      >
    > = {},
    status: 200 | 409 | 422 = 200,
  ) {
    const t = translatorFor(c.var.language);
    const { publication, places } = await readPlaces(t);
    const contributor = await getContributor(c);
    const options = withOwn(places, contributor.places);
    return sendPage(
      c,
      <ContributorPage
        frame={await deskFrame(deps, c, publication)}
        staff={c.var.staff}
        contributor={contributor}
        values={contributor}
        places={options}
        errors={[]}
        rival={undefined}
        done={c.req.query('done') !== undefined}
        looks={await listLooks(deps, contributor.id)}
        legalName={undefined}
        lookReason=""
        timeZone={publication.timeZone}
        {...happened}
      />,
      status,
    );
  }

  const getApplication = async (c: Context<AppEnv>) =>
    found(await findByReference(db, c.req.param('reference') ?? ''));
  const getContributor = async (c: Context<AppEnv>) => {
    const { id, wrapped } = await getApplication(c);
    const key = keys.unwrapKey(id, wrapped);
    return found(await findContributor(db, { id, key, now: clock.now() }));
  };

  return new Hono<AppEnv>()
    .get('/contributors', permitted, async (c) => {
      const t = translatorFor(c.var.language);
      const { publication, places } = await readPlaces(t);
      const { query, filter, isKnown } = readQuery(c, places);
      const after = c.req.query('after');
      const { rows, more, total } = isKnown
        ? await listContributors(db, filter, {
            now: clock.now(),
            after: after !== undefined && isId(after) ? after : undefined,
            limit: pageSize,
          })
        : { rows: [], more: false, total: 0 };
      return sendPage(
        c,
        <ContributorListPage
          frame={await deskFrame(deps, c, publication)}
          staff={c.var.staff}
          {...{ query, places, rows, total }}
          languages={languageCodes
            .map((key) => ({ key, name: t.languageName(key) }))
            .sort((a, b) => t.compare(a.name, b.name))}
          next={more ? rows.at(-1)!.id : undefined}
          problem={isKnown ? undefined : t('contributors.unknown')}
          timeZone={publication.timeZone}
        />,
        isKnown ? 200 : 422,
      );
    })
    .get('/contributors.csv', permitted, async (c) => {
      const t = translatorFor(c.var.language);
      const { publication, places } = await readPlaces(t);
      const { filter, isKnown } = readQuery(c, places);
      if (!isKnown) throw new AppError('malformed');
      const now = clock.now();
      const { rows } = await listContributors(
        db,
        { ...filter, withoutDiscreet: true },
        { now, limit: fileSize },
      );
      const names = new Map(places.map(({ key, name }) => [key, name]));
      const columns = [
        t('export.reference'),
        t('contributor.byline'),
        t('export.fullName'),
        t('export.email'),
        t('list.decision'),
        t('export.places'),
        t('contributor.languages'),
        t('contributor.beats'),
        t('contributor.availability'),
        t('contributor.fee'),
        t('contributor.agreement'),
      ];
      const lines = rows.map((one) => [
        ...[one.reference, one.byline, one.fullName, one.email, t(`decision.${one.decision}`)],
        one.places.map((key) => names.get(key) ?? key).join('; '),
        ...[one.languages.join('; '), one.beats],
        one.availability === '' ? '' : t(`contributor.availability.${one.availability}`),
        one.fee,
        dayOf(one.agreedUntil, publication.timeZone),
      ]);
      const day = now.toISOString().slice(0, 10);
      return c.body(byteOrderMark + [columns, ...lines].map(csvLine).join(''), 200, {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="contributors-${day}.csv"`,
        'X-Content-Type-Options': 'nosniff',
      });
    })
    .get('/contributors/:reference', permitted, (c) => show(c))
    .post('/contributors/:reference', permitted, messageBody, async (c) => {
      const t = translatorFor(c.var.language);
      const { id, reference, places: own } = await getContributor(c);
      const fields = await readFields(c);
      const details = readDeskDetails(fields);
      const { places } = await readPlaces(t);
      const problems = findDetailProblems(
        details,
        withOwn(places, own).map(({ key }) => key),
      );
      if (problems.length > 0) {
        return show(c, { values: details, errors: sayDetailProblems(t, problems) }, 422);
      }
      const revision = Number(fields.get('revision')?.[0] ?? Number.NaN);
      if (!Number.isSafeInteger(revision)) throw new AppError('malformed');
      const staffId = c.var.staff.id;
      const { wrapped } = await getApplication(c);
      const rival = await saveDeskDetails(deps, { id, wrapped, details, revision, staffId });
      if (rival) return show(c, { values: details, rival }, 409);
      return c.redirect(`/admin/contributors/${reference}?done=saved`, 303);
    })
    .post('/contributors/:reference/legal-name', permitted, smallBody, async (c) => {
      const t = translatorFor(c.var.language);
      await getContributor(c);
      const { id, wrapped } = await getApplication(c);
      const lookReason = cleanLine((await readFields(c)).get('lookReason')?.[0] ?? '');
      const problems: DetailProblem[] =
        lookReason === ''
          ? [{ field: 'lookReason', key: 'contributor.problem.lookReason' }]
          : findLongTexts({ lookReason });
      if (problems.length > 0) {
        return show(c, { lookReason, errors: sayDetailProblems(t, problems) }, 422);
      }
      const staffId = c.var.staff.id;
      const legalName = await revealLegalName(deps, { id, wrapped, reason: lookReason, staffId });
      return show(c, { legalName });
    });
}
