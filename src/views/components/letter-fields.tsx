import { listPlaceholders, type TemplateKind } from '../../domain/letter-placeholders.ts';
import type { TemplateText } from '../../domain/standard-templates.ts';
import type { Translator } from '../../i18n.ts';
import { type FieldError, TextField } from './form.tsx';

type LetterFieldsProps = {
  t: Translator;
  /** Of the letter. */
  language: string;
  text: TemplateText;
  errors: FieldError[];
};

/** Subject and text of a letter or of what letters begin with. */
export const LetterFields = ({ t, language, text, errors }: LetterFieldsProps) => {
  const lang = language === t.language ? {} : { lang: language };
  return (
    <>
      <TextField
        {...{ t, errors, ...lang }}
        name="subject"
        label={t('templates.subject')}
        value={text.subject}
      />
      <TextField
        {...{ t, errors, ...lang }}
        name="body"
        label={t('templates.body')}
        rows={16}
        value={text.body}
      />
    </>
  );
};

/** What can stand between braces in a kind of template, and what it stands for. */
export const PlaceholderList = ({ t, kind }: { t: Translator; kind: TemplateKind }) => (
  <details>
    <summary>{t('templates.placeholders')}</summary>
    <p class="soft">{t('templates.placeholders.hint')}</p>
    <dl class="answers">
      {listPlaceholders(kind).map((one) => (
        <div>
          <dt>
            <code translate="no">{`{${one}}`}</code>
          </dt>
          <dd>{t(`placeholder.${one}`)}</dd>
        </div>
      ))}
    </dl>
  </details>
);
