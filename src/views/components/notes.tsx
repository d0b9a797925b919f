import { deskKeys } from '../../domain/desk-keys.ts';
import { noteLimit } from '../../domain/notes.ts';
import type { Translator } from '../../i18n.ts';
import { spokenName } from '../spoken-name.ts';
import { Choice, type FieldError, TextField } from './form.tsx';
import { InsideSign } from './talk-signs.tsx';

/** A note as its readers see it. */
export type ShownNote = {
  id: string;
  /** Null once the person is deleted. */
  authorName: string | null;
  /** The reader wrote it. */
  own: boolean;
  body: string;
  createdAt: Date;
  editedAt: Date | null;
  told: { id: string; name: string }[];
  /** Somebody else wrote it since the reader was here last. */
  fresh: boolean;
  /** It was to tell the reader. */
  forReader: boolean;
};

/** A note that is being written. */
export type WrittenNote = { body: string; tell: readonly string[]; errors: FieldError[] };

type Colleague = { id: string; name: string };

type NoteFieldsProps = {
  t: Translator;
  written: WrittenNote;
  colleagues: readonly Colleague[];
  /** Whom it has told already. */
  told?: readonly Colleague[];
  keys?: string;
};

/** What a note says, and whom it tells. */
export const NoteFields = ({ t, written, colleagues, told = [], keys }: NoteFieldsProps) => {
  const others = colleagues.filter(({ id }) => !told.some((one) => one.id === id));
  const error = written.errors.find(({ field }) => field === 'tell');
  return (
    <>
      <TextField
        t={t}
        name="note"
        label={t('note.body')}
        hint={t('note.hint', { limit: t.number(noteLimit) })}
        rows={4}
        {...(keys && { keys })}
        value={written.body}
        errors={written.errors}
      />
      {told.length > 0 && (
        <p class="small">{t('note.told', { names: t.list(told.map(({ name }) => name)) })}</p>
      )}
      {others.length > 0 && (
        <fieldset class="tell" id="tell" aria-describedby={error && 'tell-error'}>
          <legend>{t('note.tell')}</legend>
          {error && (
            <p class="error" id="tell-error">
              {error.message}
            </p>
          )}
          <div class="colleagues">
            {others.map(({ id, name }) => (
              <Choice
                name="tell"
                id={`tell-${id}`}
                label={<bdi>{name}</bdi>}
                value={id}
                checked={written.tell.includes(id)}
              />
            ))}
          </div>
        </fieldset>
      )}
    </>
  );
};

type NotesProps = {
  t: Translator;
  notes: ShownNote[];
  written: WrittenNote;
  colleagues: readonly Colleague[];
  /** The address of the application, and where one came from. */
  base: string;
  filters: string;
  timeZone: string;
};

const Note = ({ t, note, base, filters, timeZone }: NotesProps & { note: ShownNote }) => {
  const { id, authorName, body, createdAt, editedAt, told, own, fresh, forReader } = note;
  const name = authorName ?? t('event.someone');
  const when = t.dateTime(createdAt, timeZone);
  return (
    <article class="note" id={`note-${id}`} aria-label={t('note.by', { name, when })}>
      <p class="small">
        <strong>
          <bdi>{name}</bdi>
        </strong>{' '}
        {fresh && <span class="chip new">{t(forReader ? 'note.forYou' : 'talk.new')}</span>}
        <time class="under num" datetime={createdAt.toISOString()}>
          {when}
          {editedAt && ` · ${t('note.edited', { when: t.dateTime(editedAt, timeZone) })}`}
        </time>
      </p>
      <p class="words" dir="auto">
        {body}
      </p>
      {told.length > 0 && (
        <p class="small soft">{t('note.told', { names: t.list(told.map((one) => one.name)) })}</p>
      )}
      {own && (
        <p class="small">
          <a
            href={`${base}/notes/${id}${filters}`}
            aria-label={spokenName(t, t('note.change'), t('note.changeNamed', { when }))}
          >
            {t('note.change')}
          </a>
        </p>
      )}
    </article>
  );
};

/** What staff tell each other about an application, and a box for the next note: nothing of it leaves. */
export const Notes = (props: NotesProps) => {
  const { t, notes, written, colleagues, base, filters } = props;
  return (
    <div class="inside">
      <InsideSign t={t} />
      {notes.map((note) => (
        <Note {...props} note={note} />
      ))}
      <form class="note-form" method="post" action={`${base}/notes${filters}`} novalidate>
        <NoteFields {...{ t, written, colleagues }} keys={deskKeys.note} />
        <p>
          <button type="submit" class="button quiet small">
            {t('note.keep')}
          </button>
        </p>
      </form>
    </div>
  );
};
