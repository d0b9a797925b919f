import type { Translator } from '../../i18n.ts';

export type StorageProps = {
  t: Translator;
  /** In bytes. */
  storage: { used: number; limit: number; state: 'ok' | 'nearly-full' | 'full' };
};

/** Tells who can change it that there is little room left for files, or none. */
export const StorageNotice = ({ t, storage: { used, limit, state } }: StorageProps) =>
  state === 'ok' ? null : (
    <p class={state === 'full' ? 'notice bad' : 'notice'}>
      {t(state === 'full' ? 'storage.full' : 'storage.nearlyFull', {
        used: t.size(used),
        limit: t.size(limit),
      })}{' '}
      <a href="/admin/publication#storageLimitGb">{t('storage.raise')}</a>
    </p>
  );
