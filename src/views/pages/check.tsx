import type { FormValues, PastedTexts } from '../../domain/application-form.ts';
import { type DocumentKind, documentKinds } from '../../domain/documents.ts';
import type { ShownQuestion } from '../../domain/questions.ts';
import type { Language, Translator } from '../../i18n.ts';
import { type Answer, listAnswers } from '../components/answers.tsx';
import type { HeldDocument } from '../components/document-fields.tsx';
import { Alert, Choice, ErrorSummary, type FieldError } from '../components/form.tsx';
import { listQuestionAnswers } from '../components/questions.tsx';
import { speakTitle } from '../components/speak-title.tsx';
import { type Frame, PublicPage } from '../layout.tsx';
import { spokenName } from '../spoken-name.ts';

type CheckPageProps = {
  frame: Frame;
  title: string;
  /** The language of the title, where it is not the page's. */
  titleLanguage: string | undefined;
  draftToken: string;
  revision: number;
  values: FormValues;
  texts: PastedTexts;
  held: HeldDocument[];
  placeNames: Record<string, string>;
  /** What the call asks for; nothing else has a place on the form. */
  asked: readonly DocumentKind[];
  questions: readonly ShownQuestion[];
  errors: FieldError[];
  alert?: string | undefined;
  /** It looks as if a program had filled in the form: a person says otherwise. */
  confirm: boolean;
  languages: { language: Language; name: string; href: string }[];
};

const documentAnswers = ({ frame: { t }, held, texts, asked }: CheckPageProps): Answer[] =>
  documentKinds
    .filter((kind) => asked.includes(kind))
    .map((kind) => {
      const label = t(`document.${kind}`);
      const files = held.filter((one) => one.kind === kind);
      const lines = files.map((file) => (
        <div>
          {file.name} <span class="soft num">{t.size(file.size)}</span>
          {file.language && <span class="soft"> · {t.languageName(file.language)}</span>}
        </div>
      ));
      const text = texts[kind] !== '' && (
        <>
          <div class="soft">{t('status.pastedText')}</div>
          {/* It scrolls, so the keyboard has to reach it. */}
          <section class="clip" aria-label={t('apply.pasteLabel', { name: label })} tabindex={0}>
            {texts[kind]}
          </section>
        </>
      );
      const value = lines.length > 0 || text ? [...lines, text || ''] : '';
      return { field: kind, label, value };
    });

/** What was chosen about discretion; nothing where it was not. */
const listDiscretion = (t: Translator, { discreet, mailLinks }: FormValues): Answer[] =>
  discreet
    ? [
        {
          field: 'discreet',
          label: t('apply.discreet'),
          value: t(mailLinks ? 'answer.discreet.links' : 'answer.discreet.code'),
        },
      ]
    : [];

/** Everything as it will be sent, with a way back to each answer and the one button that sends it. */
export const CheckPage = (props: CheckPageProps) => {
  const { frame, draftToken, values, errors } = props;
  const { t } = frame;
  const form = `/${t.language}/drafts/${draftToken}`;
  const answers = [
    ...listDiscretion(t, values),
    ...listAnswers(t, values, props.placeNames),
    ...documentAnswers(props),
    ...listQuestionAnswers(t, props.questions, values),
    {
      field: 'keepOnFile',
      label: t('answer.keepOnFile'),
      value: t(values.keepOnFile ? 'answer.yes' : 'answer.no'),
    },
  ];
  const heading = t('check.title');
  const failed = errors.length > 0 || props.alert !== undefined;
  return (
    <PublicPage
      frame={frame}
      title={heading}
      failed={failed}
      scripts={['form.js']}
      languages={props.languages}
    >
      {props.alert && <Alert text={props.alert} focused={errors.length === 0} />}
      <ErrorSummary t={t} errors={errors} base={form} />
      <h1>{heading}</h1>
      <p class="soft">
        {t.rich('check.intro', {
          call: speakTitle(props.title, props.titleLanguage),
        })}
      </p>
      <dl class="answers">
        {answers.map(({ field, label, labelLanguage, value }) => (
          <div>
            <dt lang={labelLanguage}>{label}</dt>
            <dd>{value === '' ? <span class="soft">{t('check.notProvided')}</span> : value}</dd>
            <dd class="change">
              <a
                href={`${form}#${field}`}
                aria-label={spokenName(t, t('check.change'), t('check.changeNamed', { label }))}
              >
                {t('check.change')}
              </a>
            </dd>
          </div>
        ))}
      </dl>
      {errors.length === 0 ? (
        <form class="flow" method="post" action={`${form}/submit`}>
          <input type="hidden" name="revision" value={props.revision} />
          <p>{t('check.promise')}</p>
          {props.confirm && (
            <>
              <p id="person-hint">{t('check.confirmWhy')}</p>
              <Choice
                {...{ id: 'person', name: 'person', value: 'yes', checked: false }}
                label={t('check.confirm')}
                describedBy="person-hint"
              />
            </>
          )}
          <p class="actions">
            <button type="submit" class="button">
              {t('check.submit')}
            </button>
            <a class="button quiet" href={form}>
              {t('check.back')}
            </a>
          </p>
        </form>
      ) : (
        <p class="actions">
          <a class="button" href={form}>
            {t('check.back')}
          </a>
        </p>
      )}
    </PublicPage>
  );
};
