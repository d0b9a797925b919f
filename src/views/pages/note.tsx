import { noteEditMinutes } from '../../domain/notes.ts';
import type { Role } from '../../domain/permissions.ts';
import { ErrorSummary } from '../components/form.tsx';
import { NoteFields, type WrittenNote } from '../components/notes.tsx';
import { InsideSign } from '../components/talk-signs.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

type NotePageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  reference: string;
  /** The address of the note, and of the application that one came from. */
  action: string;
  back: string;
  note: { body: string; revision: number; told: { id: string; name: string }[] };
  written: WrittenNote;
  colleagues: { id: string; name: string }[];
  /** It can still be changed, not only deleted. */
  editable: boolean;
  /** What it was changed to on another page meanwhile. */
  rival?: string | undefined;
};

/** One's own note: to be changed for a while, and to be deleted. */
export const NotePage = (props: NotePageProps) => {
  const { frame, staff, reference, action, back, note, written, editable, rival } = props;
  const { t } = frame;
  const title = t('note.title', { reference });
  return (
    <DeskPage
      frame={frame}
      title={title}
      failed={written.errors.length > 0}
      staff={staff}
      current="applications"
      width="narrow"
    >
      <ErrorSummary t={t} errors={written.errors} />
      {rival !== undefined && (
        <div class="notice bad" role="alert">
          <p>{t('note.rival')}</p>
          <p class="words" dir="auto">
            {rival}
          </p>
        </div>
      )}
      <p>
        <a href={back}>{t('note.back', { reference })}</a>
      </p>
      <h1>{title}</h1>
      <div class="inside flow">
        <InsideSign t={t} />
        {editable ? (
          <form class="note-form" method="post" action={action} novalidate>
            <input type="hidden" name="revision" value={String(note.revision)} />
            <NoteFields t={t} written={written} colleagues={props.colleagues} told={note.told} />
            <p>
              <button type="submit" class="button" name="act" value="keep">
                {t('note.save')}
              </button>
            </p>
          </form>
        ) : (
          <>
            <p class="words" dir="auto">
              {note.body}
            </p>
            <p class="soft">{t('note.tooLate', { minutes: noteEditMinutes })}</p>
          </>
        )}
      </div>
      <h2>{t('note.delete.title')}</h2>
      <p>{t('note.delete.text')}</p>
      <form method="post" action={action}>
        <p>
          <button type="submit" class="button quiet" name="act" value="delete">
            {t('note.delete')}
          </button>
        </p>
      </form>
    </DeskPage>
  );
};
