import type { Desk, Seat } from './desk.ts';
import { decode, elementsOf } from './html.ts';

/** What a form's page would send if its button were pressed at once, with changes. */
export async function fillForm(
  seat: Seat,
  path: string,
  changes: Record<string, string> = {},
): Promise<Record<string, string>> {
  const { html } = await seat.get(path);
  return { ...readForm(html), ...changes };
}

/** The values in the controls of a page; unticked boxes are not there. */
export function readForm(html: string): Record<string, string> {
  const main = /<main.*<\/main>/s.exec(html)?.[0] ?? '';
  const inputs = elementsOf(main, 'input')
    .filter(({ type, checked }) => type !== 'checkbox' || checked !== undefined)
    .map(({ name, value }) => [name ?? '', value ?? '']);
  const areas = [...main.matchAll(/<textarea[^>]* name="([^"]*)"[^>]*>(.*?)<\/textarea>/gs)].map(
    ([, name, text]) => [decode(name!), decode(text!)],
  );
  const selects = [...main.matchAll(/<select[^>]* name="([^"]*)"[^>]*>(.*?)<\/select>/gs)].map(
    ([, name, options]) => [
      decode(name!),
      /<option value="([^"]*)"[^>]* selected/.exec(options!)?.[1] ?? '',
    ],
  );
  return Object.fromEntries([...inputs, ...areas, ...selects]);
}

/** Opens a page, changes some of its fields and saves. */
export async function edit(seat: Seat, path: string, changes: Record<string, string>) {
  return await seat.post(path, await fillForm(seat, path, changes));
}

/** A call in preparation that lacks nothing to be opened; the publication's language is German. */
export async function prepareCall({ admin }: Desk, slug: string): Promise<string> {
  const path = `/admin/calls/${slug}`;
  await admin.post('/admin/calls', { slug, title: 'Stimmen vom Schwarzen Meer', lead: 'Kurz.' });
  await edit(admin, `${path}/texts/de`, { seek: 'Wen?', readers: 'Die Redaktion' });
  await edit(admin, `${path}/places`, { 'name-1': 'Batumi' });
  await edit(admin, `${path}/newsroom`, { contactEmail: 'fragen@publication.example' });
  return path;
}

/** Opens a call that lacks nothing. */
export async function openCall({ admin }: Desk, path: string): Promise<void> {
  const answer = await edit(admin, `${path}/opening/open`, {});
  if (answer.status !== 303) throw new Error(`opening was answered ${answer.status}`);
}
