import type { Child } from 'hono/jsx';
import type { Translator } from '../../i18n.ts';
import { Choice, type FieldError } from './form.tsx';

/** `lang` is the language of the name, where it is not the page's. */
export type BoxOption = { key: string; name: string; lang?: string | undefined };

/** Languages by their names, in the order of the page's language. */
export const listLanguages = (t: Translator, codes: readonly string[]): BoxOption[] =>
  codes
    .map((key) => ({ key, name: t.languageName(key) }))
    .sort((a, b) => t.compare(a.name, b.name));

type BoxesFieldProps = {
  name: string;
  legend: Child;
  hint?: string;
  errors: FieldError[];
  children?: Child;
};

/** Legend, hint and error around boxes that can be ticked. */
export const BoxesField = ({ name, legend, hint, errors, children }: BoxesFieldProps) => {
  const error = errors.find((one) => one.field === name);
  return (
    <fieldset class={error ? 'wrong' : undefined}>
      <legend>{legend}</legend>
      {hint && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="error" id={`${name}-error`}>
          {error.message}
        </p>
      )}
      {children}
    </fieldset>
  );
};

type BoxesProps = {
  name: string;
  options: readonly BoxOption[];
  chosen: readonly string[];
  errors: FieldError[];
  /** Of the first box: the field's name, by which the summary of errors finds it, when absent. */
  firstId?: string;
  /** The hint of their field belongs to each of them. */
  hinted?: boolean;
};

/** A box for each option. */
export const Boxes = ({ name, options, chosen, errors, firstId = name, hinted }: BoxesProps) => {
  const wrong = errors.some((one) => one.field === name);
  const describedBy = [wrong && `${name}-error`, hinted && `${name}-hint`]
    .filter(Boolean)
    .join(' ');
  return (
    <>
      {options.map(({ key, name: label, lang }, index) => (
        <Choice
          {...(lang && { lang })}
          name={name}
          id={index === 0 ? firstId : `${name}-${key}`}
          label={label}
          value={key}
          checked={chosen.includes(key)}
          invalid={wrong}
          describedBy={describedBy || undefined}
        />
      ))}
    </>
  );
};
