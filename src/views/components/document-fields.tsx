import { allowedExtensions } from '../../domain/document-types.ts';
import { type DocumentKind, fileLimits } from '../../domain/documents.ts';
import { languageCodes } from '../../domain/languages.ts';
import type { Translator } from '../../i18n.ts';
import { spokenName } from '../spoken-name.ts';
import { type FieldError, SelectField, TextField } from './form.tsx';

/** A file that has arrived with this draft. */
export type HeldDocument = {
  id: string;
  kind: DocumentKind;
  name: string;
  size: number;
  language: string | null;
};

/** A file of which a part has arrived; `href` is where the rest goes. */
export type HalfUpload = {
  kind: DocumentKind;
  href: string;
  name: string;
  length: number;
  received: number;
  /** Milliseconds; null when its browser did not say. */
  modified: number | null;
};

type Props = {
  t: Translator;
  kind: DocumentKind;
  required: boolean;
  held: HeldDocument[];
  half: HalfUpload[];
  text: string;
  maxFileBytes: number;
  errors: FieldError[];
  /** The application was submitted: what is held stays until something takes its place. */
  replacing?: boolean;
};

const languageOptions = (t: Translator): { value: string; label: string }[] => [
  { value: '', label: t('field.sampleLanguage.none') },
  ...languageCodes
    .map((code) => ({ value: code, label: t.languageName(code) }))
    .sort((a, b) => t.compare(a.label, b.label)),
];

/** The kind, where a page may not show the name. */
const nameOf = (t: Translator, { name, kind }: HeldDocument): string =>
  name || t(`document.${kind}`);

/** A file that has arrived. */
export const Held = ({
  t,
  document,
  removable = true,
}: {
  t: Translator;
  document: HeldDocument;
  removable?: boolean;
}) => (
  <div class="doc">
    <div class="row">
      <strong>{nameOf(t, document)}</strong>
      <span class="soft num">{t.size(document.size)}</span>
      <span class="chip good">{t('apply.received')}</span>
      {removable && (
        <button
          type="submit"
          class="link-button"
          name="remove"
          value={document.id}
          aria-label={spokenName(
            t,
            t('apply.remove'),
            t('apply.removeNamed', { name: nameOf(t, document) }),
          )}
        >
          {t('apply.remove')}
        </button>
      )}
    </div>
    {document.kind === 'writingSample' && (
      <SelectField
        t={t}
        name={`language-${document.id}`}
        label={t('field.sampleLanguage')}
        optional
        value={document.language ?? ''}
        options={languageOptions(t)}
        errors={[]}
      />
    )}
  </div>
);

// Only a script can send the rest; without one the whole file is sent again, and this is no lie.
const Half = ({ t, upload }: { t: Translator; upload: HalfUpload }) => (
  <p
    class="notice"
    data-upload={upload.href}
    data-name={upload.name}
    data-length={upload.length}
    data-modified={upload.modified ?? undefined}
  >
    {t('upload.half', {
      name: upload.name,
      received: t.size(upload.received),
      size: t.size(upload.length),
    })}
  </p>
);

type ChooserProps = Omit<Props, 'held' | 'half' | 'text' | 'required'> & {
  id: string;
  label: string;
  half: HalfUpload | undefined;
};

/** All messages that belong to one control, and their ids for `aria-describedby`. */
const messagesOf = (errors: FieldError[], id: string) =>
  errors
    .filter(({ field }) => field === id)
    .map(({ message }, index) => ({
      id: index === 0 ? `${id}-error` : `${id}-error-${index + 1}`,
      message,
    }));

const Messages = ({ messages }: { messages: ReturnType<typeof messagesOf> }) => (
  <>
    {messages.map(({ id, message }) => (
      <p class="error" id={id}>
        {message}
      </p>
    ))}
  </>
);

const Chooser = ({ t, kind, id, label, half, maxFileBytes, errors }: ChooserProps) => {
  const messages = messagesOf(errors, id);
  const accept = allowedExtensions.map((extension) => `.${extension}`).join(',');
  const chooser = (
    <div class="doc">
      <label for={id}>{label}</label>
      {half && <Half t={t} upload={half} />}
      <Messages messages={messages} />
      <input
        type="file"
        id={id}
        name={kind}
        accept={accept}
        aria-invalid={messages.length > 0 ? 'true' : undefined}
        aria-describedby={[...messages.map((one) => one.id), `${kind}-hint`].join(' ')}
        data-max={maxFileBytes}
        data-big={t('problem.file.tooBig', { name: '{name}', limit: t.size(maxFileBytes) })}
        data-wrong={t('problem.file.wrongType', { name: '{name}', detected: 'other' })}
        data-doc={t('problem.file.wrongType', { name: '{name}', detected: 'word97' })}
        data-empty={t('problem.file.empty', { name: '{name}' })}
      />
      {kind === 'writingSample' && (
        <SelectField
          t={t}
          name="writingSampleLanguage"
          id={`${id}-language`}
          label={t('field.sampleLanguage')}
          optional
          value=""
          options={languageOptions(t)}
          errors={[]}
        />
      )}
    </div>
  );
  return (
    <>
      {chooser}
      {/* Where a script says how far the upload is. */}
      <p class="soft small" role="status" id={`${id}-status`} />
    </>
  );
};

/** One kind of document: what has arrived, choosers for what may still come, and a place to paste. */
export const DocumentFields = (props: Props) => {
  const { t, kind, required, held, half, text, errors, replacing = false } = props;
  // A new file takes the place of the one that a kind holds.
  const inPlace = replacing && fileLimits[kind] === 1 && held.length === 1;
  const free = inPlace ? 1 : Math.max(0, fileLimits[kind] - held.length);
  const own = errors.filter(({ field }) => field === kind || field.startsWith(`${kind}-`));
  const name = t(`document.${kind}`);
  const choosers = Array.from({ length: free }, (_, index) => (
    <Chooser
      {...props}
      id={index === 0 ? kind : `${kind}-${index + 1}`}
      half={half[index]}
      label={
        inPlace
          ? t('documents.inPlace', { name })
          : fileLimits[kind] > 1
            ? t('apply.chooseNumbered', { name, number: held.length + index + 1 })
            : t('apply.fileLabel', { name })
      }
    />
  ));
  // What is missing, half there or was refused must be in sight; a further sample is on demand.
  const needed = held.length === 0 || own.length > 0 ? Math.max(own.length, 1) : 0;
  const inSight = Math.max(needed, half.length, inPlace ? 1 : 0);
  const further = choosers.slice(inSight);
  // Without a free chooser the messages stand at the whole group.
  const messages = free === 0 ? messagesOf(errors, kind) : [];
  return (
    <fieldset
      class={own.length > 0 ? 'field wrong' : 'field'}
      id={free > 0 ? undefined : kind}
      tabindex={free > 0 ? undefined : -1}
      aria-describedby={[...messages.map((one) => one.id), `${kind}-hint`].join(' ')}
    >
      <legend>
        {name}
        {!required && <span class="optional"> {t('form.optional')}</span>}
      </legend>
      <p class="hint" id={`${kind}-hint`}>
        {t(`document.${kind}.hint`)}
      </p>
      <Messages messages={messages} />
      {held.map((document) => (
        <Held
          t={t}
          document={document}
          removable={!(replacing && required && held.length === 1 && text === '')}
        />
      ))}
      {choosers.slice(0, inSight)}
      {further.length > 0 && (
        <details>
          <summary>{t('apply.another')}</summary>
          {further}
        </details>
      )}
      <details open={text !== '' || errors.some(({ field }) => field === `${kind}Text`)}>
        <summary>{t('apply.paste')}</summary>
        <TextField
          t={t}
          name={`${kind}Text`}
          label={t('apply.pasteLabel', { name })}
          hint={t('field.sensitive')}
          rows={8}
          value={text}
          errors={errors}
        />
      </details>
    </fieldset>
  );
};
