import type { Context } from 'hono';
import type { Clock } from '../../clock.ts';
import type { Keyring } from '../../crypto.ts';
import type { ListFilter, Search } from '../../db/application-filter.ts';
import type { DeskFacts } from '../../db/desk-facts.ts';
import type { AppEnv } from '../../deps.ts';
import { foldEmailAddress } from '../../domain/email-address.ts';
import { languageCodes } from '../../domain/languages.ts';
import { type ListFlag, listFlags } from '../../domain/list-flags.ts';
import { type ListSort, type ListStage, listSorts } from '../../domain/list-stages.ts';
import { may, type Role } from '../../domain/permissions.ts';
import {
  isVoid,
  readSearchTerms,
  type SearchTerms,
  searchLimit,
} from '../../domain/search-terms.ts';
import { type Decision, decisions, visibleStages } from '../../domain/stages.ts';
import { cleanLine } from '../../domain/text.ts';
import {
  type ListParameter,
  type ListQuery,
  listParameters,
} from '../../views/components/list-links.ts';
import type { FilterProblem } from '../../views/pages/application-list.tsx';
import { isId } from '../attachment.ts';

/** The filters of an address; a parameter that comes twice counts once. */
export function readListQuery(c: Context<AppEnv>): ListQuery {
  return readParameters((name) => c.req.query(name) ?? '');
}

/** The same of a query string. */
export function parseListQuery(text: string): ListQuery {
  const parameters = new URLSearchParams(text);
  return readParameters((name) => parameters.get(name) ?? '');
}

function readParameters(read: (name: ListParameter) => string): ListQuery {
  const entries = listParameters.map((name) => [name, cleanLine(read(name))]);
  return Object.fromEntries(entries);
}

const isStage = (value: string): value is ListStage =>
  value === 'new' || visibleStages.some((stage) => stage === value);
const isSort = (value: string): value is ListSort => listSorts.some((one) => one === value);
const isFlag = (value: string): value is ListFlag => listFlags.some((one) => one === value);
const isDecision = (value: string): value is Decision => decisions.some((one) => one === value);

/** No place and no call has a longer key. */
const longestKey = 100;

/** What the calls have; without it places and calls are taken as they come. */
type Known = Record<'places' | 'calls' | 'editors' | 'tags', readonly string[]>;

/** What there is to filter by. */
export function knownOf({ calls, editors, tags }: DeskFacts): Known {
  return {
    places: calls.flatMap(({ places }) => places),
    calls: calls.map(({ slug }) => slug),
    editors: editors.map(({ id }) => id),
    tags: tags.map(({ id }) => id),
  };
}

/** Who reads: `handling=me` is theirs, and tags are only for those who use them. */
type Reader = { id: string; role: Role };

/** A search as the database asks it: a whole address by its keyed hash. */
export function readSearchOf(
  { address, ...terms }: SearchTerms,
  keys: Pick<Keyring, 'lookup'>,
): Search {
  const emailHash =
    address === undefined ? undefined : keys.lookup('email', foldEmailAddress(address));
  return { ...terms, emailHash };
}

const shownLength = 80;

/**
 * What the filters mean to the database. With a value that nobody knows they match nothing, and
 * `problems` says which it is.
 */
export function readFilter(
  { q, stage, decision, place, language, handling, call, tag, flag, sort }: ListQuery,
  { keys, clock, reader }: { keys: Pick<Keyring, 'lookup'>; clock: Clock; reader: Reader },
  known?: Known,
): { filter: ListFilter; sort: ListSort; problems: FilterProblem[] } {
  const filter: ListFilter = {};
  const problems: FilterProblem[] = [];
  const refuse = (name: ListParameter, value: string): void => {
    problems.push({
      kind: 'unknown',
      filter: name,
      value: [...value].slice(0, shownLength).join(''),
    });
  };
  if (isStage(stage)) filter.stage = stage;
  else if (stage !== '') refuse('stage', stage);
  if (isDecision(decision)) filter.decision = decision;
  else if (decision !== '') refuse('decision', decision);
  if (place !== '') {
    if (place.length > longestKey || (known && !known.places.includes(place)))
      refuse('place', place);
    filter.place = place;
  }
  if (language !== '') {
    if (!languageCodes.includes(language)) refuse('language', language);
    filter.language = language;
  }
  if (call !== '') {
    if (call.length > longestKey || (known && !known.calls.includes(call))) refuse('call', call);
    filter.call = call;
  }
  if (handling === 'none') filter.handling = null;
  else if (handling === 'me') filter.handling = reader.id;
  else if (isId(handling) && (!known || known.editors.includes(handling))) {
    filter.handling = handling;
  } else if (handling !== '') refuse('handling', handling);
  const seesTags = may(reader.role, 'tag-applications');
  if (isId(tag) && seesTags && (!known || known.tags.includes(tag))) filter.tag = tag;
  else if (tag !== '') refuse('tag', tag);
  if (isFlag(flag)) filter.flag = { name: flag, now: clock.now() };
  else if (flag !== '') refuse('flag', flag);
  if (sort !== '' && !isSort(sort)) refuse('sort', sort);
  if (q !== '') {
    const terms = readSearchTerms(q);
    if (!terms) problems.push({ kind: 'too-long', limit: searchLimit });
    else if (isVoid(terms)) problems.push({ kind: 'void' });
    else filter.search = readSearchOf(terms, keys);
  }
  return { filter, sort: isSort(sort) ? sort : 'newest', problems };
}
