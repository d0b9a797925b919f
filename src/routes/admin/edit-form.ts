import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { AppEnv } from '../../deps.ts';
import type { Fields } from '../../domain/application-form.ts';
import type { EditField, EditProblem, Label, Values } from '../../domain/call-sections/section.ts';
import { AppError } from '../../errors.ts';
import type { Translator } from '../../i18n.ts';
import type { ShownField } from '../../views/components/edit-fields.tsx';
import type { FieldError } from '../../views/components/form.tsx';

/** For forms that carry all texts of a page: bodies of more than 512 KB are refused unread. */
export const editBody = bodyLimit({
  maxSize: 512 * 1024,
  onError: () => {
    throw new AppError('too-large');
  },
});

/** The text fields of a form; throws `malformed` for what is no form. */
export async function readFields(c: Context<AppEnv>): Promise<Fields> {
  try {
    const body = await c.req.parseBody({ all: true });
    return new Map(
      Object.entries(body).map(([name, value]) => [
        name,
        [value].flat().filter((one) => typeof one === 'string'),
      ]),
    );
  } catch (cause) {
    throw new AppError('malformed', { cause });
  }
}

/** The number that a form carries along; throws `malformed` when it does not. */
export function readCarried(sent: Fields, name: string): number {
  const text = sent.get(name)?.[0] ?? '';
  if (!/^\d{1,15}$/.test(text)) throw new AppError('malformed');
  return Number(text);
}

export const sayLabel = (t: Translator, label: Label): string =>
  'text' in label ? label.text : t(label.key, label.values);

function sayRival(
  t: Translator,
  { control, options }: EditField,
  value: string | undefined,
): string | undefined {
  if (value === undefined || control === 'paragraph' || control === 'line') return value;
  if (control === 'box') return t(value === 'yes' ? 'answer.yes' : 'answer.no');
  const option = options?.find((one) => one.value === value);
  return option ? sayLabel(t, option.label) : value;
}

type Stand = {
  values: Values;
  problems?: readonly EditProblem[];
  /** What others saved meanwhile, by the controls that differ. */
  rivals?: Values;
};

/** The controls in the words of their reader, with what stands in them. */
export function showFields(
  t: Translator,
  fields: readonly EditField[],
  { values, problems = [], rivals = {} }: Stand,
): ShownField[] {
  return fields
    .filter(({ onDemand }) => !onDemand || problems.length > 0)
    .map(({ name, control, rows, lang, original, ...field }) => ({
      ...{ name, control, rows, original, lang: lang === t.language ? undefined : lang },
      label: sayLabel(t, field.label),
      hint: field.hint && t(field.hint),
      group: field.group && sayLabel(t, field.group),
      options: (field.options ?? []).map(({ value, label }) => ({
        value,
        label: sayLabel(t, label),
      })),
      // A translation is neither needed nor optional: it is missing.
      optional:
        !field.needed && !field.awaited && !original && control !== 'box' && control !== 'select',
      value: values[name] ?? '',
      rival: sayRival(t, { name, control, ...field }, rivals[name]),
    }));
}

/** The problems as sentences; each may name its control and the group that it stands in. */
export function sayProblems(
  t: Translator,
  fields: readonly EditField[],
  problems: readonly EditProblem[],
): FieldError[] {
  return problems.map(({ field, key, values }) => {
    const control = fields.find((one) => one.name === field);
    const parts = control ? [control.group, control.label] : [];
    const name = parts.flatMap((one) => (one ? [sayLabel(t, one)] : [])).join(': ');
    return { field, message: t(key, { name, ...values }) };
  });
}

/** What stands now in the controls whose saved values are not those that were shown. */
export function listRivals(shown: Values, now: Values): Values {
  return Object.fromEntries(
    Object.entries(now).filter(([name, value]) => value !== (shown[name] ?? '')),
  );
}
