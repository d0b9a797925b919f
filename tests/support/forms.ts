import { decode, elementsOf } from './html.ts';

/** A form as a browser would send it. */
export type FoundForm = {
  method: string;
  action: string;
  isMultipart: boolean;
  /** Its values as they stand, in order; of a choice the first. */
  values: [name: string, value: string][];
  /** The names of its file inputs. */
  files: string[];
};

const selectsOf = (html: string): [string, string][] =>
  [...html.matchAll(/<select(?=[\s>])([^>]*)>(.*?)<\/select>/gs)].flatMap(([, , inside], index) => {
    const name = elementsOf(html, 'select')[index]?.name;
    const options = elementsOf(inside!, 'option').map(({ value }) => value ?? '');
    return name ? [[name, options.find((one) => one !== '') ?? '']] : [];
  });

const textsOf = (html: string): [string, string][] =>
  [...html.matchAll(/<textarea[^>]*\sname="([^"]*)"[^>]*>(.*?)<\/textarea>/gs)].map(
    ([, name, text]) => [name!, decode(text!)],
  );

/** Every form of a page; `path` is where the page was found. */
export function listForms(html: string, path: string): FoundForm[] {
  return [...html.matchAll(/<form(?=[\s>])[^>]*>.*?<\/form>/gs)].map(([form]) => {
    const [{ method = 'get', action = path, enctype = '' } = {}] = elementsOf(form, 'form');
    const inputs = elementsOf(form, 'input').filter((one) => one.name);
    const seen = new Set<string>();
    const plain = inputs
      .filter(({ type }) => type !== 'file')
      // One of a group of boxes is enough.
      .filter(({ type, name }) => {
        const isChoice = type === 'radio' || type === 'checkbox';
        return !isChoice || (!seen.has(name!) && seen.add(name!));
      })
      .map(({ name, value }): [string, string] => [name!, value ?? '']);
    const [button] = elementsOf(form, 'button').filter((one) => one.name);
    const pressed: [string, string][] = button ? [[button.name!, button.value ?? '']] : [];
    return {
      method: method.toLowerCase(),
      action: new URL(action, new URL(path, 'http://localhost')).href.slice(
        'http://localhost'.length,
      ),
      isMultipart: enctype === 'multipart/form-data',
      values: [...plain, ...textsOf(form), ...selectsOf(form), ...pressed],
      files: inputs.filter(({ type }) => type === 'file').map(({ name }) => name!),
    };
  });
}

/** The form's body with `changes` made to its values, and the headers that go with it. */
export function bodyOf(form: FoundForm, values = form.values): FormData | URLSearchParams {
  const body = form.isMultipart ? new FormData() : new URLSearchParams();
  for (const [name, value] of values) body.append(name, value);
  return body;
}

/** An address without what makes it one of many: ids, references, tokens, languages, queries. */
export const patternOf = (path: string): string =>
  path
    .replace(/[?#].*/, '')
    .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b|F-[0-9A-Z]{6}|[\w-]{32,}/g, '*')
    .replace(/\/(en|de|ru|ka|hy|az)(?=\/|$)/g, '/@');

/** What on a page would come alive: event handlers, scripts that are not ours, links to code. */
export function listLive(html: string): string[] {
  return [...html.matchAll(/<[a-z][^>]*>/gi)]
    .map(([tag]) => tag)
    .filter(
      (tag) =>
        /^<(iframe|object|embed|base)\b/i.test(tag) ||
        (/^<script\b/i.test(tag) && !/\ssrc="\/assets\//.test(tag)) ||
        /\s(href|src|action|formaction)="\s*(javascript|data|vbscript):/i.test(tag) ||
        /\son\w+\s*=/i.test(tag.replace(/"[^"]*"/g, '""')),
    );
}
