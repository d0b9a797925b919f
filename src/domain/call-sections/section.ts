import type { MessageKey } from '../../i18n.ts';
import type { Fields } from '../application-form.ts';
import type { CallContent } from '../call-content.ts';
import { cleanLine, cleanText, lengthOf } from '../text.ts';

/** How a control is named: by the catalogue, or by what an admin called something. */
export type Label = { key: MessageKey; values?: Record<string, string> } | { text: string };

/** One control of a form of the desk; its name is its id too. */
export type EditField = {
  name: string;
  label: Label;
  hint?: MessageKey;
  /** The heading above it and those that follow with the same one. */
  group?: Label;
  control: 'line' | 'paragraph' | 'number' | 'email' | 'url' | 'moment' | 'select' | 'box';
  /** Rows of a paragraph. */
  rows?: number;
  /** Code points. */
  limit?: number;
  /** Of a number. */
  between?: readonly [number, number];
  /** Of a select: values and what they are called. */
  options?: readonly { value: string; label: Label }[];
  /** What has to be filled in. Boxes and selects never are. */
  needed?: boolean;
  /** What may wait until the call opens, and is not optional for that. */
  awaited?: boolean;
  /** Not there before something has to be mended. */
  onDemand?: boolean;
  /** The language of what is typed here, where it is not the page's. */
  lang?: string;
  /** The same text in the language that it is translated from. */
  original?: { lang: string; text: string };
};

/** What stands in the controls, by their names; a ticked box is `yes`. */
export type Values = Readonly<Record<string, string>>;

/** Something to mend; its message may name the control as `name`. */
export type EditProblem = {
  field: string;
  key: MessageKey;
  values?: Record<string, string | number>;
};

/** What a section needs to know beside the content. */
export type EditSetting = {
  /** The publication's language: all others are translated from it. */
  reference: string;
  /** False while the call is in preparation and may be full of holes. */
  opened: boolean;
};

/** One page of the editor: which controls it has, and how they become a part of the content. */
export type Section = {
  fields(content: CallContent, setting: EditSetting): EditField[];
  /** The part of the content that this page shows. */
  read(content: CallContent, setting: EditSetting): Values;
  /** What lengths and blanks alone do not tell. */
  judge?(values: Values, content: CallContent, setting: EditSetting): EditProblem[];
  /** The content with what was typed; `values` have no problem. */
  write(content: CallContent, values: Values, setting: EditSetting): CallContent;
};

/** What was typed into the controls, cleaned; what the form did not carry is blank. */
export function readTyped(fields: readonly EditField[], sent: Fields): Values {
  return Object.fromEntries(
    fields.map(({ name, control }) => {
      const raw = sent.get(name)?.[0] ?? '';
      return [name, control === 'paragraph' ? cleanText(raw) : cleanLine(raw)];
    }),
  );
}

function judgeField(field: EditField, value: string): EditProblem[] {
  const { name, control, limit, between, options, needed } = field;
  if (value === '') return needed ? [{ field: name, key: 'editProblem.missing' }] : [];
  const over = limit === undefined ? 0 : lengthOf(value) - limit;
  if (limit !== undefined && over > 0) {
    return [{ field: name, key: 'editProblem.tooLong', values: { limit, over } }];
  }
  if (options && !options.some((one) => one.value === value)) {
    return [{ field: name, key: 'editProblem.unknown' }];
  }
  if (control === 'number' && between) {
    const [min, max] = between;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    const fits = number >= min && number <= max;
    return fits ? [] : [{ field: name, key: 'editProblem.number', values: { min, max } }];
  }
  return [];
}

/** What can be told from each control alone, in the order of the page. */
export function judgeTyped(fields: readonly EditField[], values: Values): EditProblem[] {
  return fields.flatMap((field) => judgeField(field, values[field.name] ?? ''));
}

/** Everything to mend on a page, one problem for each control, in the order of the page. */
export function judgeSection(
  section: Section,
  values: Values,
  content: CallContent,
  setting: EditSetting,
): EditProblem[] {
  const fields = section.fields(content, setting);
  const problems = [
    ...judgeTyped(fields, values),
    ...(section.judge?.(values, content, setting) ?? []),
  ];
  return fields.flatMap(({ name }) => problems.find(({ field }) => field === name) ?? []);
}

/** The lines of a paragraph that are not blank. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map(cleanLine)
    .filter((line) => line !== '');
}

/** Keys without a text left out. */
export function withoutBlanks(texts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''));
}
