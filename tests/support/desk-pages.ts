import { callPages, contributorPages, decisionPages } from './desk-area-pages.ts';
import { at, type DeskState, mistaken, refused } from './desk-states.ts';
import { signInStates } from './sign-in-pages.ts';

const originalOf = (text: string): string => text.replace(/text$/, 'original');

/** A message on the page that shows it before it is sent. */
const checked =
  (box: string, text: string): DeskState['show'] =>
  async (page, { written }) => {
    await page.goto(`/admin/applications/${written}`);
    await page.locator(box).fill(text);
    await page.locator('form.message button[value=preview]').first().click();
    await page.locator('main button[value=send]').waitFor();
  };

/** The pages of the desk; a new page is a new line. */
export const deskPages: readonly DeskState[] = [
  {
    name: 'the original of a document',
    show: at(({ reference, texts }) => `/admin/applications/${reference}${originalOf(texts.read)}`),
  },
  {
    name: 'the original of a document, without a reason',
    async show(page, { reference, texts }) {
      await page.goto(`/admin/applications/${reference}${originalOf(texts.read)}`);
      await page.locator('main form button').click();
      await page.locator('#error-summary').waitFor();
    },
  },
  { name: 'sign-in', signedOut: true, show: at('/admin/sign-in') },
  { name: 'sign-in with mistakes', signedOut: true, show: refused('/admin/sign-in', 'main form') },
  ...signInStates.map(
    (name): DeskState => ({
      ...{ name, signedOut: true },
      async show(page, desk) {
        const headers = { 'content-type': 'text/html; charset=utf-8' };
        await page.goto(desk.place(new Response(desk.signIn[name], { headers })));
      },
    }),
  ),
  { name: 'an invitation', signedOut: true, show: at(({ enrolment }) => enrolment) },
  { name: 'an invitation that has ended', signedOut: true, show: at('/admin/enrol/nothing') },
  { name: 'the list', show: at('/admin') },
  { name: 'the list with nothing in it', show: at('/admin?q=nobody&stage=decided') },
  { name: 'the list of a filter that there is not', show: at('/admin?stage=nothing') },
  { name: 'the list of a word in an answer', show: at('/admin?q=sargsyan&sort=waiting') },
  { name: 'the list of a name with a slip', show: at('/admin?q=Sarksyan') },
  { name: 'the list of a search for nothing', show: at('/admin?q=%3F%21') },
  {
    name: 'the list with rows that are ticked',
    show: async (page) => {
      await page.goto('/admin');
      await page.locator('[name=pick]').first().check();
    },
  },
  {
    name: 'the list of a tag',
    show: at(({ tag }) => `/admin?tag=${tag}`),
  },
  { name: 'acting on many: what would happen', show: at('/admin/bulk?scope=all&act=shortlist') },
  {
    name: 'acting on many: how it went',
    show: async (page) => {
      await page.goto('/admin/bulk?scope=all&act=tag-add&target=Reportage');
      await page.locator('main form button').click();
      await page.locator('.notice').first().waitFor();
    },
  },
  { name: 'acting on many: with whom', show: at('/admin/bulk?scope=all&act=reviewer') },
  { name: 'acting on many: with a mistake', show: at('/admin/bulk?scope=all&act=tag-add&target=') },
  { name: 'declining many: the reason', show: at('/admin/bulk?scope=all&act=decline') },
  {
    name: 'declining many: with a mistake',
    show: at('/admin/bulk?scope=all&act=decline&target='),
  },
  {
    name: 'declining many: the letters',
    show: at('/admin/bulk?scope=all&act=decline&target=capacity'),
  },
  { name: 'acting on none', show: at('/admin/bulk?act=review') },
  { name: 'the tags', show: at('/admin/tags') },
  {
    name: 'the tags with a mistake',
    show: async (page) => {
      await page.goto('/admin/tags');
      const form = page.locator('.managed form').first();
      await form.locator('input[type=text]').fill(' ');
      await form.locator('button').first().click();
      await page.locator('.error').first().waitFor();
    },
  },
  { name: 'keeping a view', show: at('/admin/views?place=georgia') },
  {
    name: 'keeping a view with a mistake',
    show: refused('/admin/views?place=georgia', 'form.keep'),
  },
  { name: 'the export of the list', show: at('/admin/export?q=quliyev') },
  {
    name: 'a discreet application',
    show: at(({ discreet }) => `/admin/applications/${discreet}`),
  },
  {
    name: 'an identity that is open',
    show: at(({ discreet }) => `/admin/applications/${discreet}/identity`),
  },
  {
    name: 'an identity asked for without a reason',
    show: refused(({ sealed }) => `/admin/applications/${sealed}/identity`, 'main form'),
  },
  { name: 'looks at what is sealed', show: at('/admin/looks') },
  { name: 'an application', show: at(({ reference }) => `/admin/applications/${reference}`) },
  {
    name: 'who opened an application',
    show: at(({ reference }) => `/admin/applications/${reference}/access`),
  },
  {
    name: 'an application with messages',
    show: at(({ written }) => `/admin/applications/${written}`),
  },
  {
    name: 'an application with a message that is missing',
    show: async (page, { written }) => {
      await page.goto(`/admin/applications/${written}`);
      await page.locator('form.message button[value=send]').click();
      await page.locator('.error').first().waitFor();
    },
  },
  {
    name: 'a message before it is sent',
    show: checked('#message', 'Dear {name},\n\nwould a second sample be possible?\n\n{signature}'),
  },
  {
    name: 'a message before it is sent, with a mistake',
    show: async (page, desk) => {
      await checked('#message', 'Dear {name}')(page, desk);
      await page.locator('#message').fill('Dear {nmae}');
      await page.locator('main button[value=preview]').click();
      await page.locator('.error').first().waitFor();
    },
  },
  {
    name: 'a request before it is sent',
    show: async (page, { reference }) => {
      await page.goto(`/admin/applications/${reference}`);
      await page.locator('.asking summary').click();
      await page.locator('#request').fill('ახალი ნიმუში');
      await page.locator('.asking button[value=preview]').click();
      await page.locator('main button[value=ask]').waitFor();
    },
  },
  {
    name: 'a review that is being written',
    show: at(({ reviewed }) => `/admin/applications/${reviewed}?waiting=me`),
  },
  {
    name: 'a review with mistakes',
    show: async (page, { reviewed }) => {
      await page.goto(`/admin/applications/${reviewed}`);
      await page.locator('#scorecard button[value=submit]').click();
      await page.locator('.error').first().waitFor();
    },
  },
  {
    name: 'an application that was withdrawn',
    show: at(({ withdrawn }) => `/admin/applications/${withdrawn}`),
  },
  ...(['read', 'failed', 'waiting'] as const).map((state) => ({
    name: `the text of a document: ${state}`,
    show: at(({ reference, texts }) => `/admin/applications/${reference}${texts[state]}`),
  })),
  {
    name: 'reviews beside one’s own',
    show: at(({ done }) => `/admin/applications/${done}`),
  },
  {
    name: 'a conflict with a colleague',
    show: async (page, { reference }) => {
      await page.goto(`/admin/applications/${reference}`);
      await page.evaluate(() => {
        for (const input of document.querySelectorAll<HTMLInputElement>('[name=from]')) {
          input.value = 'shortlist';
        }
      });
      await page.locator('button[value=review]').click();
      await page.locator('.notice.bad').first().waitFor();
    },
  },
  {
    name: 'a note that is missing',
    show: async (page, { written }) => {
      await page.goto(`/admin/applications/${written}`);
      await page.locator('form.note-form button').click();
      await page.locator('.error').first().waitFor();
    },
  },
  {
    name: 'a request with mistakes',
    show: async (page, { reference }) => {
      await page.goto(`/admin/applications/${reference}`);
      await page.locator('.asking summary').click();
      await page.locator('.asking button[value=ask]').click();
      await page.locator('.error').first().waitFor();
    },
  },
  {
    name: 'one’s own note',
    show: async (page, { written }) => {
      await page.goto(`/admin/applications/${written}`);
      await page.locator('.note a').first().click();
      await page.locator('h1').waitFor();
    },
  },
  { name: 'the notes that mention one', show: at('/admin/mentions') },
  { name: 'what waits for a review', show: at('/admin/reviewing') },
  ...contributorPages,
  ...decisionPages,
  { name: 'the overview', show: at('/admin/overview') },
  { name: 'the overview of one day', show: at('/admin/overview?period=all') },
  { name: 'the outbox', show: at('/admin/outbox') },
  { name: 'the outbox of mails to colleagues', show: at('/admin/outbox/staff') },
  {
    name: 'the outbox of an application',
    show: at(({ declined }) => `/admin/outbox?application=${declined}`),
  },
  { name: 'a captured mail', show: at(({ capturedMail }) => capturedMail) },
  { name: 'the account', show: at('/admin/account') },
  {
    name: 'the account with mistakes',
    show: refused('/admin/account', 'form[action="/admin/account/password"]'),
  },
  { name: 'what waits', show: at('/admin/waiting') },
  { name: 'what is late, which is nothing', show: at('/admin/waiting?show=late') },
  { name: 'the staff', show: at('/admin/staff') },
  { name: 'the staff with mistakes', show: refused('/admin/staff', 'section.invite form') },
  { name: 'one of the staff', show: at(({ member }) => member) },
  { name: 'changing a role', show: at(({ member }) => `${member}/role`) },
  { name: 'disabling an account', show: at(({ member }) => `${member}/disable`) },
  { name: 'what was done to accounts', show: at('/admin/staff/log') },
  { name: 'who may do what', show: at('/admin/staff/permissions') },
  { name: 'what one gets mails of', show: at('/admin/account/notifications') },
  {
    name: 'what one gets mails of, with a mistake',
    show: mistaken('/admin/account/notifications', '#signature', 'x'.repeat(600)),
  },
  { name: 'the keys', show: at('/admin/keys') },
  { name: 'what is deleted next', show: at('/admin/retention') },
  { name: 'the second factor', show: at('/admin/account/second-factor') },
  ...callPages,
  { name: 'nothing (404)', show: at('/admin/applications/F-222222') },
];
