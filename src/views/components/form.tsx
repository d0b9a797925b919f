import type { Child } from 'hono/jsx';
import type { Translator } from '../../i18n.ts';
import { keyed } from './desk-keys.tsx';

/** A message beside a field; `field` is the id of the control that the summary leads to. */
export type FieldError = { field: string; message: string };

/** Something that happened to the whole form; focused when no list of errors is. */
export const Alert = ({ text, focused }: { text: string; focused: boolean }) => (
  <p
    class="notice bad"
    role="alert"
    id="alert"
    tabindex={focused ? -1 : undefined}
    autofocus={focused}
  >
    {text}
  </p>
);

/** The list of everything that needs attention, above the heading, focused when the page loads. */
export const ErrorSummary = (props: {
  t: Translator;
  errors: FieldError[];
  /** The page with the controls, where it is another one. */
  base?: string;
}) => {
  const { t, errors, base = '' } = props;
  return errors.length === 0 ? null : (
    <div class="summary" role="alert" tabindex={-1} autofocus id="error-summary">
      <h2>{t('form.summary', { count: errors.length })}</h2>
      <ul>
        {errors.map((error) => (
          <li>
            <a href={`${base}#${error.field}`}>{error.message}</a>
          </li>
        ))}
      </ul>
    </div>
  );
};

type FieldProps = {
  t: Translator;
  name: string;
  label: Child;
  /** Where errors and the summary find the control; its name when absent. */
  id?: string;
  hint?: Child | undefined;
  optional?: boolean;
  errors: FieldError[];
};

type FrameProps = Omit<FieldProps, 'name' | 'id'> & {
  id: string;
  /** Draws the control with the attributes that tie it to label, hint and error. */
  control(tied: Tied): Child;
};

type Tied = {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': 'true' | undefined;
};

/** Label, hint and error around one control. */
const FieldFrame = ({ t, id, label, hint, optional, errors, control }: FrameProps) => {
  const error = errors.find((one) => one.field === id);
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div class={error ? 'field wrong' : 'field'}>
      <label for={id}>
        {label}
        {optional && <span class="optional"> {t('form.optional')}</span>}
      </label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="error" id={`${id}-error`}>
          {error.message}
        </p>
      )}
      {control({
        id,
        'aria-describedby': describedBy || undefined,
        'aria-invalid': error ? 'true' : undefined,
      })}
    </div>
  );
};

type TextFieldProps = FieldProps & {
  type?: 'text' | 'email' | 'password' | 'url' | 'tel' | 'date' | 'datetime-local';
  value?: string;
  autocomplete?: string;
  inputmode?: 'numeric' | 'email' | 'url';
  /** A number makes it a textarea of that many rows. */
  rows?: number;
  /** The language of what is typed, where it is not the page's. */
  lang?: string;
  /** The key that leads here, on staff pages. */
  keys?: string;
  /** The id of the form that sends it, where that is not around it. */
  form?: string;
};

/** One labelled line or paragraph of text. */
export const TextField = (props: TextFieldProps) => {
  const {
    name,
    type = 'text',
    value = '',
    autocomplete,
    inputmode,
    rows,
    lang,
    keys,
    form,
    ...frame
  } = props;
  return (
    <FieldFrame
      {...frame}
      id={props.id ?? name}
      control={(tied) => {
        const shared = { ...tied, name, autocomplete, lang, form, ...keyed(keys) };
        return rows ? (
          <textarea {...shared} rows={rows}>
            {value}
          </textarea>
        ) : (
          <input {...shared} type={type} value={value} inputmode={inputmode} />
        );
      }}
    />
  );
};

type ChoiceProps = {
  name: string;
  id: string;
  label: Child;
  value: string;
  checked: boolean;
  type?: 'checkbox' | 'radio';
  lang?: string;
  invalid?: boolean;
  describedBy?: string | undefined;
};

/** One checkbox or radio button with its label. */
export const Choice = (props: ChoiceProps) => (
  <div class="choice">
    <input
      type={props.type ?? 'checkbox'}
      id={props.id}
      name={props.name}
      value={props.value}
      checked={props.checked}
      aria-invalid={props.invalid ? 'true' : undefined}
      aria-describedby={props.describedBy}
    />
    <label for={props.id} lang={props.lang}>
      {props.label}
    </label>
  </div>
);

type SelectFieldProps = FieldProps & {
  value: string;
  /** The first is usually the empty one. */
  options: { value: string; label: string }[];
};

/** A labelled select. */
export const SelectField = ({ name, value, options, ...frame }: SelectFieldProps) => (
  <FieldFrame
    {...frame}
    id={frame.id ?? name}
    control={(tied) => (
      <select {...tied} name={name}>
        {options.map((option) => (
          <option value={option.value} selected={option.value === value}>
            {option.label}
          </option>
        ))}
      </select>
    )}
  />
);
