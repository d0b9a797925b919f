import type { DocumentReading } from '../../db/document-texts.ts';
import type { Translator } from '../../i18n.ts';

type Props = { t: Translator; reading: DocumentReading | undefined };

/** How long a document is and in what language, as far as its text told; `stated` is what was said of it. */
export function listReadingFacts({ t, reading }: Props, stated: string | null): string[] {
  const { pages = null, words = null, language = null } = reading ?? {};
  return [
    ...(pages === null ? [] : [t('reading.pages', { count: pages })]),
    ...(words ? [t('reading.words', { count: words })] : []),
    ...(language === null || language === stated
      ? []
      : [t('reading.language', { language: t.languageName(language) })]),
  ];
}

/** True while there is a text to read, or may soon be. */
export const isReadable = (reading: DocumentReading | undefined): boolean =>
  reading === undefined || reading.state === 'read';

/** Why there is no text to read; nothing when there is one. */
export const ReadingState = ({ t, reading }: Props) => {
  if (reading === undefined) return <p class="soft small">{t('reading.waiting')}</p>;
  if (reading.state === 'empty') return <p class="soft small">{t('reading.empty')}</p>;
  if (reading.reason === null) return null;
  return <p class="small">{t(`reading.failed.${reading.reason}`)}</p>;
};

/** What to know before the original is opened. */
export const ActiveContentNotice = ({ t, reading }: Props) => {
  if (reading === undefined) return null;
  if (reading.active === null) return <p class="small">{t('reading.activeUnknown')}</p>;
  if (reading.active.length === 0) return null;
  const contents = t.list(reading.active.map((one) => t(`reading.active.${one}`)));
  return <p class="notice bad">{t('reading.active', { contents })}</p>;
};
