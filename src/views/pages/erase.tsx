import type { MessageKey } from '../../i18n.ts';
import { type Frame, type LanguageLink, PublicPage } from '../layout.tsx';

type EraseProps = { frame: Frame; base: string; languages: LanguageLink[] };

const goes: MessageKey[] = ['erase.goes.answers', 'erase.goes.messages', 'erase.goes.key'];
const stays: MessageKey[] = ['erase.stays.record', 'erase.stays.mailboxes', 'erase.stays.backups'];

/** Asks whether everything about an application is to be erased, and says what that means. */
export const ErasePage = ({ frame, base, languages }: EraseProps) => {
  const { t } = frame;
  const list = (keys: MessageKey[]) => (
    <ul class="plain">
      {keys.map((key) => (
        <li>{t(key)}</li>
      ))}
    </ul>
  );
  return (
    <PublicPage frame={frame} title={t('erase.title')} languages={languages}>
      <h1>{t('erase.title')}</h1>
      <h2>{t('erase.goes')}</h2>
      {list(goes)}
      <h2>{t('erase.stays')}</h2>
      {list(stays)}
      <p class="notice bad">{t('erase.final')}</p>
      <form method="post" action={`${base}/erase`}>
        <p class="actions">
          <button type="submit" class="button">
            {t('erase.button')}
          </button>
          <a class="button quiet" href={`${base}/export`} download>
            {t('status.export')}
          </a>
          <a class="button quiet" href={base}>
            {t('documents.back')}
          </a>
        </p>
      </form>
    </PublicPage>
  );
};

/** The same for a draft that nobody but its writer has seen. */
export const EraseDraftPage = ({ frame, base, languages }: EraseProps) => {
  const { t } = frame;
  return (
    <PublicPage frame={frame} title={t('erase.draft.title')} languages={languages}>
      <h1>{t('erase.draft.title')}</h1>
      <p>{t('erase.draft.text')}</p>
      <form method="post" action={`${base}/erase`}>
        <p class="actions">
          <button type="submit" class="button">
            {t('erase.draft.button')}
          </button>
          <a class="button quiet" href={base}>
            {t('check.back')}
          </a>
        </p>
      </form>
    </PublicPage>
  );
};

/** Says that it is done. It belongs to nobody: the old link leads nowhere any more. */
export const ErasedPage = ({ frame, languages }: Omit<EraseProps, 'base'>) => {
  const { t } = frame;
  return (
    <PublicPage frame={frame} title={t('erase.done.title')} languages={languages}>
      <h1>{t('erase.done.title')}</h1>
      <p>{t('erase.done.text')}</p>
      <p>
        <a class="way" href={`/${t.language}`}>
          {t('error.home')}
        </a>
      </p>
    </PublicPage>
  );
};
