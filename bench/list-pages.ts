import type { Row, Statement } from './limits/list-statements.ts';
import { listStatement } from './limits/list-statements.ts';

type ByHand = (deep: Row) => Statement;

/** A page of the desk, and the statement by hand that brings the same rows. */
export type BenchPage = { address: string; limit?: ByHand };

const q = (text: string): string => `q=${encodeURIComponent(text)}`;
const words = (query: string, more = ''): ByHand => {
  return () => listStatement({ words: query, where: more });
};
const where = (condition: string, order?: 'oldest' | 'waiting'): ByHand => {
  return () => listStatement({ where: condition, order });
};

/** By name; `{deep}` is a cursor in the middle of the list, `{reference}` an application there, `{tag}` a tag. */
export const benchPages: Record<string, BenchPage> = {
  list: { address: '/admin', limit: where('') },
  'deep page': { address: '/admin?after={deep}', limit: (deep) => listStatement({ after: deep }) },
  'oldest first': { address: '/admin?sort=oldest', limit: where('', 'oldest') },
  'longest at stage': { address: '/admin?sort=waiting', limit: where('', 'waiting') },
  'stage: new': {
    address: '/admin?stage=new',
    limit: where("a.stage = 'screening' and a.opened_at is null"),
  },
  'stage: review': { address: '/admin?stage=review', limit: where("a.stage = 'review'") },
  decision: {
    address: '/admin?stage=decided&decision=declined',
    limit: where("a.stage = 'decided' and a.decision = 'declined'"),
  },
  place: { address: '/admin?place=armenia', limit: where("a.places @> '{armenia}'") },
  language: { address: '/admin?language=ka', limit: where("a.languages @> '{ka}'") },
  'rare language': { address: '/admin?language=krc', limit: words("'l/krc'") },
  call: { address: '/admin?call=regional-experts', limit: words("'c/regional-experts'") },
  'handled by nobody': {
    address: '/admin?handling=none',
    limit: where('a.handling_editor_id is null'),
  },
  'handled by me': {
    address: '/admin?handling=me',
    limit: where("a.handling_editor_id = (select id from staff where role = 'editor')"),
  },
  tag: {
    address: '/admin?tag={tag}',
    limit: where(
      "exists (select from application_tags as t where t.application_id = a.id and t.tag_id = '{tag}')",
    ),
  },
  'tag and stage': {
    address: '/admin?tag={tag}&stage=shortlist',
    limit: where(
      "a.stage = 'shortlist' and exists (select from application_tags as t where t.application_id = a.id and t.tag_id = '{tag}')",
    ),
  },
  'flag: late': { address: '/admin?flag=late' },
  'flag: awaiting applicant': { address: '/admin?flag=awaiting' },
  'flag: duplicate': { address: '/admin?flag=duplicate' },
  'place, language and stage': {
    address: '/admin?place=georgia&language=ka&stage=shortlist',
    limit: where("a.places @> '{georgia}' and a.languages @> '{ka}' and a.stage = 'shortlist'"),
  },
  'place and a rare language': {
    address: '/admin?place=georgia&language=krc',
    limit: words("'p/georgia' & 'l/krc'"),
  },
  'place, language, nobody': {
    address: '/admin?place=georgia&language=ka&handling=none',
    limit: where(
      "a.places @> '{georgia}' and a.languages @> '{ka}' and a.handling_editor_id is null",
    ),
  },
  'name, rare': { address: `/admin?${q('Quandourian')}`, limit: words("'n/kuandurian'") },
  'name, common': { address: `/admin?${q('gelashvili')}`, limit: words("'n/gelashvili'") },
  'name across scripts': { address: `/admin?${q('Гелашвили')}`, limit: words("'n/gelashvili'") },
  'name in German': { address: `/admin?${q('Tabatadse')}`, limit: words("'n/tabatadze'") },
  'name with a slip': { address: `/admin?${q('Quandorian')}`, limit: words("'d/kuandorian'") },
  'name, common, and a stage': {
    address: `/admin?${q('gelashvili')}&stage=review`,
    limit: words("'n/gelashvili'", "a.stage = 'review'"),
  },
  'part of a name': {
    address: `/admin?${q('andouria')}`,
    limit: where(
      "exists (select from application_search as s where s.application_id = a.id and s.handles like '%andouria%')",
    ),
  },
  'e-mail': {
    address: `/admin?${q('quandourian@example.org')}`,
    limit: words("'e/quandourian@example.org'"),
  },
  'text, rare': { address: `/admin?${q('quince')}`, limit: words("'quinc'") },
  'text, common': { address: `/admin?${q('journalism')}`, limit: words("'journal'") },
  'text, common, deep': {
    address: `/admin?${q('journalism')}&after={deep}`,
    limit: (deep) => listStatement({ words: "'journal'", after: deep }),
  },
  'two words, common': {
    address: `/admin?${q('local journalism')}`,
    limit: words("'local' & 'journal'"),
  },
  'phrase, common': {
    address: `/admin?${q('"local newspaper"')}`,
    limit: words("'local' <-> 'newspap'"),
  },
  'text, common, and a place': {
    address: `/admin?${q('journalism')}&place=armenia`,
    limit: words("'journal' & 'p/armenia'"),
  },
  'text, common, and a stage': {
    address: `/admin?${q('journalism')}&stage=review`,
    limit: words("'journal'", "a.stage = 'review'"),
  },
  'text, common, and a tag': {
    address: `/admin?${q('journalism')}&tag={tag}`,
    limit: words(
      "'journal'",
      "exists (select from application_tags as t where t.application_id = a.id and t.tag_id = '{tag}')",
    ),
  },
  'no hit': { address: `/admin?${q('zzyzxq')}`, limit: words("'zzyzxq'") },
  'application page': { address: '/admin/applications/{reference}' },
  'application page in a search': {
    address: `/admin/applications/{reference}?${q('journalism')}&stage=review`,
  },
  'what waits': { address: '/admin/waiting' },
  'what is late': { address: '/admin/waiting?show=late' },
  overview: { address: '/admin/overview' },
  'overview, everything': { address: '/admin/overview?period=all' },
};

/** The same for a reviewer, who finds what reviewers may. */
export const reviewerPages: Record<string, string> = {
  'reviewer: list': '/admin',
  'reviewer: name, common': `/admin?${q('gelashvili')}`,
  'reviewer: text, common': `/admin?${q('journalism')}`,
  'reviewer: place, language and stage': '/admin?place=georgia&language=ka&stage=shortlist',
  'reviewer: what waits': '/admin/waiting',
};
