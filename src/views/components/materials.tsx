import type { ReceivedDocument } from '../../db/documents.ts';
import type { Translator } from '../../i18n.ts';
import { spokenName } from '../spoken-name.ts';

export type Material = Pick<
  ReceivedDocument,
  'id' | 'kind' | 'name' | 'size' | 'sha256' | 'origin' | 'language' | 'closure'
>;

type MaterialsProps = {
  t: Translator;
  documents: Material[];
  base: string;
  /** Then kind and size are all that is shown. */
  discreet: boolean;
};

/** The documents as they were received; each is downloaded from `base` by its id. */
export const Materials = ({ t, documents, base, discreet }: MaterialsProps) => {
  if (discreet) {
    return (
      <>
        {documents.map(({ kind, size }) => (
          <div class="doc">
            <div class="row">
              <strong>{t(`document.${kind}`)}</strong>
              <span class="soft num">{t.size(size)}</span>
            </div>
          </div>
        ))}
      </>
    );
  }
  return (
    <>
      {documents.map(({ id, kind, name, size, sha256, origin, language, closure }) => {
        const shown = origin === 'text' ? t('status.pastedText') : name;
        return (
          <div class="doc">
            <div class="row">
              <strong>
                <bdi>{shown}</bdi>
              </strong>
              <span class="soft">{t(`document.${kind}`)}</span>
              <span class="soft num">{t.size(size)}</span>
              {language && <span class="soft">{t.languageName(language)}</span>}
              {closure !== 'infected' && (
                <a
                  class="last"
                  href={`${base}/documents/${id}`}
                  aria-label={spokenName(
                    t,
                    t('admin.application.download'),
                    t('admin.application.downloadNamed', { name: shown }),
                  )}
                >
                  {t('admin.application.download')}
                </a>
              )}
            </div>
            {closure === 'infected' && <p class="notice bad">{t('status.infected')}</p>}
            <p class="soft small">
              SHA-256 <span class="code">{sha256.toString('hex')}</span>
            </p>
          </div>
        );
      })}
      {documents.length > 0 && <p class="soft small">{t('status.hashHint')}</p>}
    </>
  );
};
