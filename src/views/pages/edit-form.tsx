import type { Child } from 'hono/jsx';
import type { Role } from '../../domain/permissions.ts';
import { EditFields, type ShownField } from '../components/edit-fields.tsx';
import { Alert, ErrorSummary, type FieldError } from '../components/form.tsx';
import { DeskPage, type DeskSection, type Frame } from '../layout.tsx';

export type EditFormProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  current: DeskSection;
  heading: string;
  /** The page above this one. */
  back: { href: string; text: string };
  /** What was just done. */
  done?: string | undefined;
  /** What somebody else did meanwhile. */
  conflict?: string | undefined;
  notes?: Child;
  action: string;
  /** What the form carries along. */
  carried?: Record<string, string>;
  fields: ShownField[];
  errors: FieldError[];
  submit: string;
  children?: Child;
};

/** A form of the desk that fills a page of its own. */
export const EditFormPage = (props: EditFormProps) => {
  const { frame, heading, back, done, conflict, fields, errors, carried = {} } = props;
  const { t } = frame;
  const failed = errors.length > 0 || conflict !== undefined;
  return (
    <DeskPage
      frame={frame}
      title={heading}
      failed={failed}
      staff={props.staff}
      current={props.current}
      width={fields.some((one) => one.original) ? 'wide' : 'narrow'}
    >
      <div class="editor flow">
        {conflict && <Alert text={conflict} focused={errors.length === 0} />}
        <ErrorSummary t={t} errors={errors} />
        {done && (
          <p class="notice good" role="status">
            {done}
          </p>
        )}
        <p class="walk">
          <a href={back.href}>{back.text}</a>
        </p>
        <h1>{heading}</h1>
        {props.notes}
        <form class="flow" method="post" action={props.action} novalidate>
          {Object.entries(carried).map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          <EditFields t={t} fields={fields} errors={errors} />
          <p class="actions">
            <button type="submit" class="button">
              {props.submit}
            </button>
            <a href={back.href}>{t('editForm.back')}</a>
          </p>
        </form>
        {props.children}
      </div>
    </DeskPage>
  );
};
