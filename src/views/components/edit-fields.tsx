import type { Child } from 'hono/jsx';
import type { Translator } from '../../i18n.ts';
import { Choice, type FieldError, SelectField, TextField } from './form.tsx';

/** One control of a form of the desk, in the words of its reader. */
export type ShownField = {
  name: string;
  label: string;
  hint: string | undefined;
  group: string | undefined;
  control: 'line' | 'paragraph' | 'number' | 'email' | 'url' | 'moment' | 'select' | 'box';
  rows: number | undefined;
  options: { value: string; label: string }[];
  optional: boolean;
  lang: string | undefined;
  original: { lang: string; text: string } | undefined;
  value: string;
  /** What somebody else saved here while this was typed. */
  rival: string | undefined;
};

const types = { email: 'email', moment: 'datetime-local' } as const;
const inputModes = { number: 'numeric', email: 'email', url: 'url' } as const;

type FieldProps = { t: Translator; field: ShownField; errors: FieldError[] };

const Box = ({ field: { name, label, value, lang }, errors }: FieldProps) => {
  const error = errors.find((one) => one.field === name);
  return (
    <div class={error ? 'field wrong' : 'field'}>
      {error && (
        <p class="error" id={`${name}-error`}>
          {error.message}
        </p>
      )}
      <Choice
        name={name}
        id={name}
        label={label}
        value="yes"
        checked={value === 'yes'}
        invalid={error !== undefined}
        describedBy={error && `${name}-error`}
        {...(lang && { lang })}
      />
    </div>
  );
};

const Control = (props: FieldProps) => {
  const { t, field, errors } = props;
  const { name, label, hint, optional, value, control, rows, lang } = field;
  const shared = { t, name, label, hint, optional, value, errors };
  if (control === 'box') return <Box {...props} />;
  if (control === 'select') return <SelectField {...shared} options={field.options} />;
  return (
    <TextField
      {...shared}
      {...(control in types && { type: types[control as keyof typeof types] })}
      {...(control in inputModes && { inputmode: inputModes[control as keyof typeof inputModes] })}
      {...(control === 'paragraph' && { rows: rows ?? 4 })}
      {...(lang && { lang })}
    />
  );
};

/** A control with what it is translated from, and with what somebody else wrote there. */
const Row = (props: FieldProps) => {
  const { t, field } = props;
  const { original, rival } = field;
  return (
    <div class={original ? 'pair' : undefined}>
      <Control {...props} />
      {original && (
        <div class="original">
          <p class="soft small">{t.languageName(original.lang)}</p>
          <p lang={original.lang}>{original.text}</p>
        </div>
      )}
      {rival !== undefined && (
        <p class="notice rival">
          {rival === ''
            ? t('editForm.nowBlank')
            : t.rich<Child>('editForm.now', {
                value: () => <span lang={field.lang}>{rival}</span>,
              })}
        </p>
      )}
    </div>
  );
};

type FieldsProps = { t: Translator; fields: ShownField[]; errors: FieldError[] };

/** All controls of a form, those of one group under one heading. */
export const EditFields = ({ t, fields, errors }: FieldsProps) => {
  const groups: { name: string | undefined; fields: ShownField[] }[] = [];
  for (const field of fields) {
    const last = groups.at(-1);
    if (last && last.name === field.group) last.fields.push(field);
    else groups.push({ name: field.group, fields: [field] });
  }
  const list = (some: ShownField[]) =>
    some.map((field) => <Row t={t} field={field} errors={errors} />);
  return (
    <>
      {groups.map(({ name, fields: some }) =>
        name === undefined ? (
          <div class="rows">{list(some)}</div>
        ) : (
          <fieldset class="rows">
            <legend>{name}</legend>
            {list(some)}
          </fieldset>
        ),
      )}
    </>
  );
};
