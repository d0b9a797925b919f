const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
};

/** Text as a reader sees it. Enough for what hono/jsx writes: five entities, quoted attributes. */
export const decode = (html: string): string =>
  html.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name]!);

/** The page's title. */
export const titleOf = (html: string): string =>
  decode(/<title>(.*?)<\/title>/s.exec(html)?.[1] ?? '');

/** Every id on the page, in order. */
export const idsOf = (html: string): string[] =>
  [...html.matchAll(/\sid="([^"]*)"/g)].map((match) => decode(match[1]!));

/** Every address in a link. */
export const hrefsOf = (html: string): string[] =>
  [...html.matchAll(/<a [^>]*?href="([^"]*)"/g)].map((match) => decode(match[1]!));

/** The attributes of each element with this tag. A boolean attribute is ''. */
export function elementsOf(html: string, tag: string): Record<string, string>[] {
  return [...html.matchAll(new RegExp(`<${tag}(?=[\\s>])([^>]*)>`, 'g'))].map((match) =>
    Object.fromEntries(
      [...match[1]!.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map((pair) => [
        pair[1]!,
        decode(pair[2] ?? ''),
      ]),
    ),
  );
}

/** The one control with this id. */
export function controlOf(html: string, id: string): Record<string, string> {
  const controls = ['input', 'select', 'textarea', 'fieldset'].flatMap((tag) =>
    elementsOf(html, tag),
  );
  const found = controls.filter((one) => one.id === id);
  if (found.length !== 1) throw new Error(`${found.length} controls with the id ${id}`);
  return found[0]!;
}

/** What stands in a textarea. */
export function textareaOf(html: string, name: string): string {
  const match = new RegExp(`<textarea[^>]* name="${name}"[^>]*>(.*?)</textarea>`, 's').exec(html);
  if (!match) throw new Error(`no textarea ${name}`);
  return decode(match[1]!);
}

/** The text of the element with this id, without tags. */
export function textOf(html: string, id: string): string {
  const match = new RegExp(`<(\\w+)[^>]*\\sid="${id}"[^>]*>(.*?)</\\1>`, 's').exec(html);
  if (!match) throw new Error(`nothing with the id ${id}`);
  return decode(match[2]!.replace(/<[^>]*>/g, ''));
}

/** The links of the error summary: the id each leads to and what it says. */
export function summaryOf(html: string): { field: string; message: string }[] {
  const summary = /id="error-summary".*?<\/ul>/s.exec(html)?.[0] ?? '';
  return [...summary.matchAll(/<a href="([^"]*)">(.*?)<\/a>/gs)].map((match) => ({
    field: decode(match[1]!).replace(/^[^#]*#/, ''),
    message: decode(match[2]!),
  }));
}

/** The whole page as text, without tags. */
export const plainText = (html: string): string =>
  decode(html.replace(/<(script|style)[^>]*>.*?<\/\1>/gs, '').replace(/<[^>]*>/g, ' '));
