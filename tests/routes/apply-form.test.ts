import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import {
  controlOf,
  elementsOf,
  hrefsOf,
  idsOf,
  plainText,
  summaryOf,
  textOf,
  titleOf,
} from '../support/html.ts';
import {
  applyPath,
  draftTokenOf,
  fieldParts,
  filePart,
  fillDraft,
  goodFields,
  goodFiles,
  sendForm,
} from '../support/send-form.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.stop());

const getPage = async (path: string): Promise<string> =>
  await (await test.app.request(path)).text();

/** Everything that an error must do on the page, beside being in the summary. */
function expectMessages(html: string, expected: { field: string; message: string }[]): void {
  expect(summaryOf(html)).toEqual(expected);
  for (const { field, message } of expected) {
    expect(idsOf(html).filter((id) => id === field)).toEqual([field]);
    expect(plainText(html).split(message)).toHaveLength(3);
    expect(textOf(html, `${field}-error`)).toBe(message);
    const control = controlOf(html, field);
    expect(control['aria-invalid']).toBe('true');
    expect(control['aria-describedby']?.split(' ')).toContain(`${field}-error`);
  }
}

describe('the blank form', () => {
  it('2.2.2, check 2: is complete without JavaScript and leaves judging to the server', async () => {
    const html = await getPage(applyPath());
    const [form] = elementsOf(html, 'form');
    expect(form).toMatchObject({
      method: 'post',
      enctype: 'multipart/form-data',
      action: applyPath(),
      novalidate: '',
    });
    expect(titleOf(html)).toBe('Apply: Regional experts – Caucasus Watch');
    expect(html).not.toMatch(/ (required|placeholder|onclick|onsubmit|style)[ =>]/);
  });

  it('check 13: has one label for each control and no id twice', async () => {
    const html = await getPage(applyPath());
    const ids = idsOf(html);
    expect(new Set(ids).size).toBe(ids.length);
    const labelled = elementsOf(html, 'label').map((label) => label.for);
    for (const control of [
      ...elementsOf(html, 'input').filter((one) => one.type !== 'hidden'),
      ...elementsOf(html, 'select'),
      ...elementsOf(html, 'textarea'),
    ]) {
      expect(labelled).toContain(control.id);
    }
  });

  it('check 16: says which types and sizes it takes before the first file can be chosen', async () => {
    const html = await getPage(applyPath());
    const hint = plainText(html).indexOf('PDF, DOCX, ODT, RTF or TXT, up to 10 MB each');
    expect(hint).toBeGreaterThan(0);
    expect(html.indexOf('up to 10 MB')).toBeLessThan(html.indexOf('type="file"'));
  });

  it('check 17: asks for names and addresses in the way that browsers and phones help with', async () => {
    const html = await getPage(applyPath());
    expect(controlOf(html, 'fullName')).toMatchObject({ type: 'text', autocomplete: 'name' });
    expect(controlOf(html, 'links-5')).toMatchObject({ type: 'url', inputmode: 'url' });
    expect(controlOf(html, 'email')).toMatchObject({
      type: 'email',
      autocomplete: 'email',
      inputmode: 'email',
    });
  });

  it('lets Enter press the same button as a click on the first one of the page', async () => {
    const html = await getPage(`/en/drafts/${await fillDraft(test.app)}`);
    const [first] = elementsOf(html, 'button');
    expect(first).toMatchObject({ form: 'application', name: 'intent', value: 'check' });
  });
});

describe('a form with mistakes', () => {
  it('check 3, check 4: comes back with 422, its title and a summary above the heading, which has focus', async () => {
    const answer = await sendForm(test.app, {});
    const html = await answer.text();
    expect(answer.status).toBe(422);
    expect(titleOf(html)).toBe('Error: Apply: Regional experts – Caucasus Watch');
    expect(html.indexOf('id="error-summary"')).toBeLessThan(html.indexOf('<h1'));
    const summary = elementsOf(html, 'div').find((one) => one.id === 'error-summary');
    expect(summary).toMatchObject({ role: 'alert', tabindex: '-1', autofocus: '' });
    expect(html.match(/autofocus/g)).toHaveLength(1);
  });

  it('check 5, check 6: says the same at the top and beside each field', async () => {
    const html = await (await sendForm(test.app, {})).text();
    expectMessages(html, [
      { field: 'fullName', message: 'Enter your name' },
      { field: 'email', message: 'Enter your e-mail address' },
      { field: 'places', message: 'Choose at least one place, or name one below' },
      { field: 'cv', message: 'Choose a file for the CV or paste it as text' },
      {
        field: 'coverLetter',
        message: 'Choose a file for the cover letter or paste it as text',
      },
      {
        field: 'writingSample',
        message: 'Choose a file for the writing sample or paste it as text',
      },
      { field: 'consent', message: 'Confirm that you have read the privacy notice' },
    ]);
  });

  it('speaks German where it was asked in German', async () => {
    const answer = await sendForm(test.app, { ...goodFields, fullName: '' }, goodFiles(), {
      path: applyPath('de'),
    });
    const html = await answer.text();
    expect(titleOf(html)).toBe('Fehler: Bewerbung: Regionale Expertise – Caucasus Watch');
    expect(elementsOf(html, 'html')[0]?.lang).toBe('de');
    expect(answer.headers.get('content-language')).toBe('de');
    expect(summaryOf(html)).toEqual([{ field: 'fullName', message: 'Geben Sie Ihren Namen an' }]);
  });

  it('names every other mistake beside its field', async () => {
    const html = await (
      await sendForm(
        test.app,
        {
          ...goodFields,
          fullName: 'ნ'.repeat(300),
          email: 'nino@example',
          contactChannel: 'signal',
          languages: ['ka', 'tlh'],
          links: ['example.org', 'javascript:alert(1)'],
          cvText: 'a'.repeat(100_001),
        },
        goodFiles().slice(1),
      )
    ).text();
    expectMessages(html, [
      { field: 'fullName', message: 'Shorten your name to 200 characters' },
      { field: 'email', message: 'Enter an e-mail address like name@example.org' },
      { field: 'contactHandle', message: 'Enter the number or name for the way you chose' },
      { field: 'languages', message: 'Choose languages from the list' },
      { field: 'links-2', message: 'Enter a web address like https://example.org/article' },
      {
        field: 'cvText',
        message: 'Shorten the text to 100,000 characters or send it as a file',
      },
    ]);
  });

  it('marks none of the fields that are right', async () => {
    const html = await (await sendForm(test.app, { ...goodFields, email: '' })).text();
    expect(controlOf(html, 'fullName')).not.toHaveProperty('aria-invalid');
    expect(controlOf(html, 'consent')).not.toHaveProperty('aria-invalid');
  });
});

describe('a draft', () => {
  it('check 8: shows each file by name and size with a button that removes it', async () => {
    const token = await fillDraft(test.app, {}, [
      filePart('cv', 'Lebenslauf.pdf', 212_345),
      ...goodFiles().slice(1),
    ]);
    const html = await getPage(`/en/drafts/${token}`);
    expect(plainText(html)).toMatch(/Lebenslauf\.pdf\s+212 kB\s+Received\s+Remove/);
    expect(elementsOf(html, 'button').filter((one) => one.name === 'remove')).toEqual(
      ['Lebenslauf.pdf', 'letter.docx', 'პანკისი.odt'].map((name) =>
        expect.objectContaining({ type: 'submit', 'aria-label': `Remove ${name}` }),
      ),
    );
  });

  it('loses one file and nothing typed when its button is pressed', async () => {
    const token = await fillDraft(test.app);
    const [remove] = elementsOf(await getPage(`/en/drafts/${token}`), 'button').filter(
      (one) => one.name === 'remove',
    );
    const answer = await sendForm(test.app, {
      draft: token,
      ...goodFields,
      fullName: 'Changed just now',
      remove: remove!.value!,
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`/en/drafts/${token}?saved=remove#documents`);
    const html = await getPage(`/en/drafts/${token}?saved=remove`);
    expect(plainText(html)).toContain('The document was removed.');
    expect(plainText(html)).not.toContain('cv.pdf');
    expect(plainText(html)).toContain('letter.docx');
    expect(controlOf(html, 'fullName').value).toBe('Changed just now');
  });

  it('is saved without being judged', async () => {
    const answer = await sendForm(test.app, { fullName: 'Nino', email: 'not yet', intent: 'save' });
    expect(answer.status).toBe(303);
    const location = answer.headers.get('location') ?? '';
    expect(location).toMatch(/^\/en\/drafts\/[\w-]{32}\?saved=save$/);
    const html = await getPage(location);
    expect(titleOf(html)).toBe('Apply: Regional experts – Caucasus Watch');
    expect(summaryOf(html)).toEqual([]);
    expect(controlOf(html, 'email').value).toBe('not yet');
    expect(plainText(html)).toContain('Your draft is kept until 24 December 2026');
    expect(hrefsOf(html)).toContain(`/en/drafts/${draftTokenOf(location)}`);
  });

  it('does not trip over a word in its address that every object knows', async () => {
    const token = await fillDraft(test.app);
    const answer = await test.app.request(`/en/drafts/${token}?saved=constructor`);
    expect(answer.status).toBe(200);
  });

  it('carries its token first, so that files know where they belong', async () => {
    const html = await getPage(`/en/drafts/${await fillDraft(test.app)}`);
    const names = elementsOf(html, 'input').map((one) => one.name);
    expect(names[0]).toBe('draft');
    expect(fieldParts({ draft: 'x' })).toHaveLength(1);
  });
});
