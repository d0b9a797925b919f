import type { DocumentCopy } from '../../db/document-copies.ts';
import type { Closure } from '../../db/scanning.ts';
import type { Translator } from '../../i18n.ts';

/** Why nobody here gets a document; nothing when they do. */
export const ClosureNotice = (props: {
  t: Translator;
  closure: Closure | null;
  finding: string | null;
}) => {
  const { t, closure, finding } = props;
  if (closure === null) return null;
  if (closure === 'unscanned') return <p class="notice">{t('scan.unscanned')}</p>;
  if (closure === 'unscannable') {
    const key = finding === 'too-large' ? 'scan.tooLarge' : 'scan.damaged';
    return <p class="notice bad">{t(key)}</p>;
  }
  return <p class="notice bad">{t('scan.infected', { finding: finding ?? '–' })}</p>;
};

/** What the copy lacks, or why there is none; nothing for one that is whole. */
export const CopyNotice = ({ t, copy }: { t: Translator; copy: DocumentCopy | undefined }) => {
  if (copy === undefined) return <p class="soft small">{t('copy.waiting')}</p>;
  if (copy.reason !== null) return <p class="small">{t(`copy.none.${copy.reason}`)}</p>;
  return copy.lost > 0 ? <p class="small">{t('copy.lost', { count: copy.lost })}</p> : null;
};

/** Whether there is a copy to download. */
export const hasCopy = (copy: DocumentCopy | undefined): boolean =>
  copy !== undefined && copy.state !== 'none';
