import { at, type DeskState, mistaken } from './desk-states.ts';

const call = '/admin/calls/regional-experts';
const sections = ['texts/ka', 'places', 'documents', 'fee', 'newsroom', 'languages'];
const lists = ['questions', 'questions/ai', 'questions/new', 'questions/ai/remove'];

/** Calls and the publication, and the pages on which they are edited. */
export const callPages: readonly DeskState[] = [
  { name: 'the calls', show: at('/admin/calls') },
  { name: 'a new call', show: at('/admin/calls/new') },
  { name: 'a call', show: at(call) },
  ...[...sections, ...lists, 'criteria', 'criteria/new'].map((part) => ({
    name: `a call’s ${part}`,
    show: at(`${call}/${part}`),
  })),
  {
    name: 'a call’s texts with mistakes',
    show: mistaken(`${call}/texts/de`, 'main input[type=text]', ' '),
  },
  { name: 'a call’s fee with mistakes', show: mistaken(`${call}/fee`, '#from', 'x') },
  { name: 'closing a call', show: at(`${call}/opening/close`) },
  { name: 'the dates of a call', show: at(`${call}/opening/schedule`) },
  { name: 'a call for the article', show: at(`${call}/article`) },
  { name: 'the preview of a call', show: at(`${call}/preview/ka`) },
  { name: 'the preview of a form', show: at(`${call}/preview/hy/apply`) },
  { name: 'the publication', show: at('/admin/publication') },
  {
    name: 'the publication with mistakes',
    show: mistaken('/admin/publication', '[name=name]', ' '),
  },
  { name: 'the privacy notice', show: at('/admin/publication/notice/de') },
  { name: 'the privacy notice in another language', show: at('/admin/publication/notice/ka') },
];

/** Sends a step as it is, but for a text. */
const stepWith =
  (act: string, body: string, next: string): DeskState['show'] =>
  async (page, { written }) => {
    await page.goto(`/admin/applications/${written}/decide/${act}`);
    await page.locator('#body').fill(body);
    await page.locator('main form button[type=submit]').click();
    await page.locator(next).first().waitFor();
  };

/** The directory and one entry. */
export const contributorPages: readonly DeskState[] = [
  { name: 'the directory', show: at('/admin/contributors') },
  { name: 'the directory with nobody', show: at('/admin/contributors?q=nobody') },
  {
    name: 'a contributor',
    show: at(({ contributor }) => `/admin/contributors/${contributor}?done=saved`),
  },
  {
    name: 'a contributor with mistakes',
    async show(page, desk) {
      await page.goto(`/admin/contributors/${desk.contributor}`);
      await page.locator('#byline').fill('');
      await page.locator('main form button').first().click();
      await page.locator('.error').first().waitFor();
    },
  },
];

/** Decisions, their letters, and what letters begin with. */
export const decisionPages: readonly DeskState[] = [
  {
    name: 'a decision that is being made',
    show: at(({ written }) => `/admin/applications/${written}/decide/decline`),
  },
  { name: 'a decision with mistakes', show: stepWith('decline', 'Dear {nmae}', '.error') },
  { name: 'a decision before the last word', show: stepWith('accept', 'Dear {name}', 'iframe') },
  {
    name: 'a decision that can’t be made',
    show: at(({ withdrawn }) => `/admin/applications/${withdrawn}/decide/accept`),
  },
  {
    name: 'an application whose letter is held',
    show: at(({ declined }) => `/admin/applications/${declined}`),
  },
  {
    name: 'a held letter that is being changed',
    show: at(({ declined }) => `/admin/applications/${declined}/decide/decline`),
  },
  { name: 'response templates', show: at(`${call}/templates`) },
  { name: 'a response template', show: at(`${call}/templates/decline/ka`) },
  {
    name: 'a response template with mistakes',
    show: mistaken(`${call}/templates/accept/hy`, '#subject', '{nothing}'),
  },
];

/** Pages of a call that `setBlind` made blind, as a reviewer sees them, or with `toEditors` an editor. */
export const blindPages: readonly (DeskState & { toEditors?: boolean })[] = [
  { name: 'the list without names', show: at('/admin') },
  {
    name: 'an application without a name',
    show: at(({ reference }) => `/admin/applications/${reference}`),
  },
  {
    name: 'a masked text',
    show: at(({ reference, texts }) => `/admin/applications/${reference}${texts.read}`),
  },
  { name: 'what waits for a review, without names', show: at('/admin/reviewing') },
  {
    name: 'revealing an identity',
    toEditors: true,
    show: async (page, { reference }) => {
      await page.goto(`/admin/applications/${reference}`);
      await page.locator('form[action$="/reveal"]').waitFor({ state: 'attached' });
    },
  },
];
