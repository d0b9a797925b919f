import type { Mention } from '../../db/mentions.ts';
import type { Role } from '../../domain/permissions.ts';
import { InsideSign } from '../components/talk-signs.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

type MentionsPageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  mentions: Mention[];
  timeZone: string;
};

/** The notes that were to tell the reader, those first that they have not seen. */
export const MentionsPage = ({ frame, staff, mentions, timeZone }: MentionsPageProps) => {
  const { t } = frame;
  return (
    <DeskPage frame={frame} title={t('mentions.title')} staff={staff} current="mentions">
      <h1>{t('mentions.title')}</h1>
      {mentions.length === 0 ? (
        <div class="empty flow">
          <h2>{t('mentions.empty.title')}</h2>
          <p>{t('mentions.empty.text')}</p>
        </div>
      ) : (
        <div class="inside mentions">
          <InsideSign t={t} />
          {mentions.map((one) => (
            <article class="note">
              <h2>
                <a href={`/admin/applications/${one.reference}#note-${one.noteId}`}>
                  <bdi>{one.latinName || one.fullName}</bdi>
                  {one.fullName !== one.reference && (
                    <>
                      {' '}
                      <span class="reference">{one.reference}</span>
                    </>
                  )}
                </a>{' '}
                {one.unread && <span class="chip new">{t('talk.new')}</span>}
              </h2>
              <p class="small soft">
                <bdi>{one.authorName ?? t('event.someone')}</bdi>{' '}
                <time class="num" datetime={one.createdAt.toISOString()}>
                  {t.dateTime(one.createdAt, timeZone)}
                </time>
              </p>
              <p class="words" dir="auto">
                {one.body}
              </p>
            </article>
          ))}
        </div>
      )}
    </DeskPage>
  );
};
