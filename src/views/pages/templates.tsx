import { type TemplateKind, templateKinds } from '../../domain/letter-placeholders.ts';
import type { Role } from '../../domain/permissions.ts';
import type { TemplateText } from '../../domain/standard-templates.ts';
import { Alert, ErrorSummary, type FieldError } from '../components/form.tsx';
import { LetterFields, PlaceholderList } from '../components/letter-fields.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

type Shared = {
  frame: Frame;
  staff: { name: string; role: Role };
  /** The page above this one. */
  back: { href: string; text: string };
};

type TemplateListProps = Shared & {
  path: string;
  languages: { code: string; name: string }[];
  /** What is said of a template that is not the standard one any more. */
  sayChanged(kind: TemplateKind, language: string): string | undefined;
};

/** The response templates of a call, by what they tell and in which language. */
export const TemplateListPage = (props: TemplateListProps) => {
  const { frame, back, path, languages, sayChanged } = props;
  const { t } = frame;
  return (
    <DeskPage
      frame={frame}
      title={t('templates.title')}
      staff={props.staff}
      current="calls"
      width="narrow"
    >
      <p class="walk">
        <a href={back.href}>{back.text}</a>
      </p>
      <h1>{t('templates.title')}</h1>
      <p class="soft">{t('templates.intro')}</p>
      {templateKinds.map((kind) => (
        <section aria-labelledby={kind}>
          <h2 id={kind}>{t(`templates.kind.${kind}`)}</h2>
          <dl class="answers">
            {languages.map(({ code, name }) => (
              <div>
                <dt>{name}</dt>
                <dd>
                  {sayChanged(kind, code) ?? <span class="soft">{t('templates.standard')}</span>}
                  <span class="under">
                    <a
                      href={`${path}/${kind}/${code}`}
                      aria-label={t('check.changeNamed', {
                        label: `${t(`templates.kind.${kind}`)}, ${name}`,
                      })}
                    >
                      {t('check.change')}
                    </a>
                  </span>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </DeskPage>
  );
};

type TemplatePageProps = Shared & {
  action: string;
  kind: TemplateKind;
  language: string;
  /** The number of the version that the form is about; 0: the standard text. */
  seen: number;
  text: TemplateText;
  errors: FieldError[];
  saved: boolean;
  /** Somebody was faster: what is told of it, and what stands now. */
  conflict?: { text: string; standing: TemplateText } | undefined;
  /** The standard text, where another one stands. */
  standard: TemplateText | undefined;
};

const ShownTemplate = (props: {
  frame: Frame;
  summary: string;
  open: boolean;
  language: string;
  text: TemplateText;
}) => (
  <details open={props.open}>
    <summary>{props.summary}</summary>
    <div class="paper" lang={props.language}>
      {`${props.text.subject}\n\n${props.text.body}`}
    </div>
  </details>
);

/** One template in one language. */
export const TemplatePage = (props: TemplatePageProps) => {
  const { frame, back, kind, language, errors, conflict, standard, text } = props;
  const { t } = frame;
  const heading = t('templates.heading', {
    kind: t(`templates.kind.${kind}`),
    language: t.languageName(language),
  });
  const failed = errors.length > 0 || conflict !== undefined;
  return (
    <DeskPage
      frame={frame}
      title={heading}
      failed={failed}
      staff={props.staff}
      current="calls"
      width="narrow"
    >
      {conflict && <Alert text={conflict.text} focused={errors.length === 0} />}
      <ErrorSummary t={t} errors={errors} />
      {props.saved && (
        <p class="notice good" role="status">
          {t('templates.saved')}
        </p>
      )}
      <p class="walk">
        <a href={back.href}>{back.text}</a>
      </p>
      <h1>{heading}</h1>
      <form class="flow" method="post" action={props.action} novalidate>
        <input type="hidden" name="seen" value={String(props.seen)} />
        <LetterFields {...{ t, language, text, errors }} />
        <PlaceholderList t={t} kind={kind} />
        <p class="actions">
          <button type="submit" class="button">
            {t('templates.save')}
          </button>
          <a href={back.href}>{t('editForm.back')}</a>
        </p>
      </form>
      {conflict && (
        <ShownTemplate
          {...{ frame, language, open: true }}
          summary={t('templates.standing')}
          text={conflict.standing}
        />
      )}
      {standard && (
        <ShownTemplate
          {...{ frame, language, open: false }}
          summary={t('templates.restore')}
          text={standard}
        />
      )}
    </DeskPage>
  );
};
