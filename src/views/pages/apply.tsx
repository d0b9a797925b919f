import type { FormValues, PastedTexts } from '../../domain/application-form.ts';
import type { ShownQuestion } from '../../domain/questions.ts';
import { formatTyping, type Typing } from '../../domain/typing.ts';
import type { Language } from '../../i18n.ts';
import {
  ConsentGroup,
  type GroupProps,
  KnowledgeGroup,
  PersonGroup,
} from '../components/application-groups.tsx';
import { DiscreetGroup } from '../components/discreet-group.tsx';
import {
  DocumentFields,
  type HalfUpload,
  type HeldDocument,
} from '../components/document-fields.tsx';
import { Alert, ErrorSummary, type FieldError } from '../components/form.tsx';
import { LaterGroup } from '../components/later-group.tsx';
import { proofParts } from '../components/proof-parts.ts';
import { QuestionsGroup } from '../components/questions.tsx';
import { speakTitle } from '../components/speak-title.tsx';
import { Trap } from '../components/trap.tsx';
import { ConflictNotice, TypingState } from '../components/typing-state.tsx';
import { UploadParts } from '../components/upload-parts.tsx';
import { type Frame, PublicPage } from '../layout.tsx';

export type ApplyFormProps = {
  frame: Frame;
  title: string;
  /** The language of the title, where it is not the page's. */
  titleLanguage: string | undefined;
  slug: string;
  /** Empty before the first POST; afterwards the form carries on with this draft. */
  draftToken: string;
  /** Until when a draft is kept that nobody touches from now on. */
  keptUntil: string;
  /** For how many days a draft is kept that nobody touches. */
  draftDays: number;
  via: string;
  publicUrl: string;
  mailTo: string;
  /** By which the server knows this page again, and what it is based on. */
  typing: Typing;
  /** Proof of work is asked of whoever begins a draft. */
  flooded: boolean;
  /** What was typed is not stored, since somebody has typed elsewhere meanwhile. */
  conflict: boolean;
  values: FormValues;
  texts: PastedTexts;
  held: HeldDocument[];
  /** Files of which a part has arrived. */
  half: HalfUpload[];
  errors: FieldError[];
  /** Something that happened to the whole form rather than to one field. */
  alert?: string | undefined;
  /** A confirmation after saving or removing. */
  saved?: string | undefined;
  places: GroupProps['places'];
  documents: { kind: 'cv' | 'coverLetter' | 'writingSample'; required: boolean }[];
  questions: ShownQuestion[];
  maxFileBytes: number;
  languages: { language: Language; name: string; href: string }[];
};

/** The form, blank, resumed or with what has to be mended; complete without JavaScript. */
export const ApplyPage = (props: ApplyFormProps) => {
  const { frame, errors, draftToken, keptUntil, via } = props;
  const { t, preview } = frame;
  const { values, places } = props;
  const group: GroupProps = { t, values, errors, places };
  const heading = t('apply.title', { call: props.title });
  const failed = errors.length > 0 || props.alert !== undefined || props.conflict;
  const draftHref = `/${t.language}/drafts/${draftToken}`;
  // What sending once more would bring and the draft does not have: files that broke off, an address
  // beside the form, the other one of two versions.
  const sentAlone = props.alert !== undefined || props.conflict || props.mailTo !== '';
  const isKept = errors.length > 0 && draftToken !== '' && !sentAlone;
  return (
    <PublicPage
      frame={frame}
      title={heading}
      failed={failed}
      scripts={props.flooded ? ['form.js', 'proof.js'] : ['form.js']}
      languages={props.languages}
      form={{ id: 'application', submit: t('apply.check') }}
    >
      {props.conflict && <ConflictNotice t={t} draft={draftHref} focused />}
      {props.alert && <Alert text={props.alert} focused={errors.length === 0 && !props.conflict} />}
      <ErrorSummary t={t} errors={errors} />
      {props.saved && (
        <p class="notice good" role="status">
          {props.saved}
        </p>
      )}
      <h1>
        {t.rich('apply.title', {
          call: speakTitle(props.title, props.titleLanguage),
        })}
      </h1>
      {draftToken !== '' ? (
        <p class="soft" id="draft-kept">
          {t.rich('apply.draftKept', {
            until: keptUntil,
            link: (parts) => <a href={draftHref}>{parts}</a>,
          })}
        </p>
      ) : (
        <p class="soft" id="intro">
          {t('apply.intro', { days: props.draftDays })}
          <noscript> {t('apply.introNoScript')}</noscript>
        </p>
      )}
      <form
        id="application"
        class="flow"
        method="post"
        enctype="multipart/form-data"
        action={preview ? '' : `/${t.language}/calls/${props.slug}/apply`}
        novalidate
        data-discreet={values.discreet ? '' : undefined}
        data-conflict={props.conflict ? '' : undefined}
        data-kept={isKept ? draftHref : undefined}
        {...(draftToken === '' && proofParts(frame))}
      >
        {/* First in the form, so that the server knows where the files belong as they stream in. */}
        {draftToken !== '' && <input type="hidden" name="draft" value={draftToken} />}
        <input type="hidden" name="typed" value={formatTyping(props.typing)} />
        <Trap t={t} />
        {via !== '' && <input type="hidden" name="via" value={via} />}
        <DiscreetGroup {...group} />
        <PersonGroup {...group} />
        <KnowledgeGroup {...group} />
        <section class="group" id="documents">
          <h2>{t('apply.documents')}</h2>
          <p class="hint">{t('apply.documents.hint', { size: t.size(props.maxFileBytes) })}</p>
          <p class="hint">{t('apply.documents.safest')}</p>
          {props.documents.map(({ kind, required }) => (
            <DocumentFields
              t={t}
              kind={kind}
              required={required}
              held={props.held.filter((one) => one.kind === kind)}
              half={props.half.filter((one) => one.kind === kind)}
              text={props.texts[kind]}
              maxFileBytes={props.maxFileBytes}
              errors={errors}
            />
          ))}
          <UploadParts
            t={t}
            script={frame.asset('upload.js')}
            slug={props.slug}
            keptUntil={keptUntil}
          />
        </section>
        <QuestionsGroup t={t} questions={props.questions} values={values} errors={errors} />
        <ConsentGroup {...group} />
        <p class="soft" role="status" id="upload-hold" />
        <p class="actions">
          {/* Disabled, the first one also keeps Enter from sending. */}
          <button type="submit" class="button" name="intent" value="check" disabled={!!preview}>
            {t('apply.check')}
          </button>
        </p>
        <p class="soft small">{t('apply.nothingSent')}</p>
        <LaterGroup
          t={t}
          draft={draftToken === '' ? '' : draftHref}
          publicUrl={props.publicUrl}
          keptUntil={keptUntil}
          mailTo={props.mailTo}
          errors={errors}
          disabled={!!preview}
        />
        {!preview && <TypingState t={t} script={frame.asset('autosave.js')} slug={props.slug} />}
      </form>
    </PublicPage>
  );
};
