import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeDocx, makeOdt, makePdf } from '../../src/documents/samples.ts';

const content = { title: 'Notes from the valley', paragraphs: ['The river was late this year.'] };

/** Three valid documents and their SHA-256, in the order of the form. */
export function makeDocuments(size = 20_000) {
  const make = (field: string, name: string, bytes: Buffer) => ({
    field,
    name,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });
  return [
    make('cv', 'cv.pdf', makePdf(content, { size })),
    make('coverLetter', 'letter.docx', makeDocx(content, { size })),
    make('writingSample', 'ნიმუში.odt', makeOdt(content, { size })),
  ];
}

/** A form that lacks nothing. */
export function makeForm(
  documents: ReturnType<typeof makeDocuments>,
  values: Record<string, string> = {},
): FormData {
  const form = new FormData();
  const typed = {
    fullName: 'ნინო მაგალითი',
    latinName: 'Nino Example',
    email: 'nino@example.org',
    places: 'georgia',
    consent: 'yes',
    ...values,
  };
  for (const [name, value] of Object.entries(typed)) form.set(name, value);
  for (const { field, name, bytes } of documents) {
    form.append(field, new File([new Uint8Array(bytes)], name));
  }
  return form;
}

/** Follows nothing: the address that a 303 leads to. */
export async function expectRedirect(response: Response): Promise<string> {
  const text = await response.text();
  const location = response.headers.get('location');
  if (response.status !== 303 || !location) {
    throw new Error(`expected 303, got ${response.status}: ${text.slice(0, 300)}`);
  }
  return location;
}

/** Applies over HTTP as a browser without JavaScript does; the private page's path. */
export async function applyOverHttp(url: string, form: FormData, language = 'en'): Promise<string> {
  const apply = `${url}/${language}/calls/regional-experts/apply`;
  const options = { method: 'POST', redirect: 'manual' } as const;
  const check = await expectRedirect(await fetch(apply, { ...options, body: form }));
  const submit = check.replace(/check$/, 'submit');
  return await expectRedirect(await fetch(`${url}${submit}`, options));
}

/** People who apply again and again, after a pause, until they are stopped, and what came of it. */
export function keepApplying(
  url: string,
  documents: ReturnType<typeof makeDocuments>,
  { people, pauseMs }: { people: number; pauseMs: number },
) {
  const receipts: string[] = [];
  const refused: unknown[] = [];
  let open = true;
  const applicant = async (): Promise<void> => {
    while (open) {
      try {
        receipts.push(await applyOverHttp(url, makeForm(documents)));
      } catch (error) {
        refused.push(error);
      }
      await sleep(pauseMs);
    }
  };
  const applicants = Array.from({ length: people }, applicant);
  return {
    receipts,
    refused,
    async stop(): Promise<void> {
      open = false;
      await Promise.all(applicants);
    },
  };
}
