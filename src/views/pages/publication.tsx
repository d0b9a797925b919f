import type { Translator } from '../../i18n.ts';
import { spokenName } from '../spoken-name.ts';

/** A language of the privacy notice: how many sections it has. */
export type NoticeLanguage = { code: string; name: string; sections: number };

type NoticeLinksProps = {
  t: Translator;
  number: number;
  since: string;
  languages: NoticeLanguage[];
};

/** The privacy notice in force, with the way to each of its languages. */
export const NoticeLinks = ({ t, number, since, languages }: NoticeLinksProps) => (
  <>
    <h2 id="notice">{t('layout.privacy')}</h2>
    <p class="soft">{t('privacy.version', { version: number, since })}</p>
    <p>{t('notice.intro')}</p>
    <dl class="answers">
      {languages.map(({ code, name, sections }) => (
        <div>
          <dt>{name}</dt>
          <dd>
            {sections > 0 ? (
              t('notice.sections', { count: sections })
            ) : (
              <span class="chip warn">{t('notice.none')}</span>
            )}
            <span class="under parted">
              <a
                href={`/admin/publication/notice/${code}`}
                aria-label={spokenName(
                  t,
                  t('check.change'),
                  t('check.changeNamed', { label: name }),
                )}
              >
                {t('check.change')}
              </a>
              <a
                href={`/${code}/privacy`}
                aria-label={spokenName(
                  t,
                  t('notice.read'),
                  t('notice.readNamed', { language: name }),
                )}
              >
                {t('notice.read')}
              </a>
            </span>
          </dd>
        </div>
      ))}
    </dl>
  </>
);
