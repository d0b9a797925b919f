import type { Context } from 'hono';
import type { Keyring } from '../../crypto.ts';
import type { ListFilter } from '../../db/application-filter.ts';
import type { AppEnv } from '../../deps.ts';
import { foldEmailAddress } from '../../domain/email-address.ts';
import { languageCodes } from '../../domain/languages.ts';
import type { ListStage } from '../../domain/list-stages.ts';
import { readSearchTerms, searchLimit } from '../../domain/search-terms.ts';
import { type Decision, decisions, visibleStages } from '../../domain/stages.ts';
import { cleanLine } from '../../domain/text.ts';
import {
  type ListParameter,
  type ListQuery,
  listParameters,
} from '../../views/components/list-links.ts';
import type { FilterProblem } from '../../views/pages/application-list.tsx';

/** The filters of an address; a parameter that comes twice counts once. */
export function readListQuery(c: Context<AppEnv>): ListQuery {
  const entries = listParameters.map((name) => [name, cleanLine(c.req.query(name) ?? '')]);
  return Object.fromEntries(entries);
}

const isStage = (value: string): value is ListStage =>
  value === 'new' || visibleStages.some((stage) => stage === value);
const isDecision = (value: string): value is Decision => decisions.some((one) => one === value);

/** What the calls have; without it places and calls are taken as they come. */
type Known = { places: readonly string[]; calls: readonly string[] };

const shownLength = 80;

/**
 * What the filters mean to the database. With a value that nobody knows they match nothing, and
 * `problems` says which it is.
 */
export function readFilter(
  { q, stage, decision, place, language, call }: ListQuery,
  keys: Pick<Keyring, 'lookup'>,
  known?: Known,
): { filter: ListFilter; problems: FilterProblem[] } {
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
    if (known && !known.places.includes(place)) refuse('place', place);
    filter.place = place;
  }
  if (language !== '') {
    if (!languageCodes.includes(language)) refuse('language', language);
    filter.language = language;
  }
  if (call !== '') {
    if (known && !known.calls.includes(call)) refuse('call', call);
    filter.call = call;
  }
  if (q !== '') {
    const terms = readSearchTerms(q);
    if (!terms) problems.push({ kind: 'too-long', limit: searchLimit });
    else {
      const { words, emailPart, references, address } = terms;
      const emailHash =
        address === undefined ? undefined : keys.lookup('email', foldEmailAddress(address));
      filter.search = { words, emailPart, references, emailHash };
    }
  }
  return { filter, problems };
}
