import type { Access } from '../../db/access-log.ts';
import type { Role } from '../../domain/permissions.ts';
import type { Translator } from '../../i18n.ts';
import { DeskPage, type Frame } from '../layout.tsx';

type AccessLogProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  reference: string;
  accesses: Access[];
  /** Where those before these begin; undefined when these are the last. */
  older: number | undefined;
  timeZone: string;
};

function describeAccess(t: Translator, { type, documentId, kind }: Access): string {
  if (documentId === null) return t('access.opened');
  const document = kind === null ? t('access.gone') : t(`document.${kind}`);
  return type === 'opened' ? t('access.read', { document }) : t('access.downloaded', { document });
}

/** Who opened one application and its documents, for those who answer for it. Names nobody but staff. */
export const AccessLogPage = (props: AccessLogProps) => {
  const { frame, staff, reference, accesses, older, timeZone } = props;
  const { t } = frame;
  const path = `/admin/applications/${reference}`;
  const title = t('access.title', { reference });
  return (
    <DeskPage frame={frame} title={title} staff={staff} current="applications" width="narrow">
      <p class="walk small">
        <a href={path} class="reference">
          {reference}
        </a>
      </p>
      <h1>{title}</h1>
      <p>{t('access.lead')}</p>
      {accesses.length === 0 ? (
        <p class="soft">{t('access.none')}</p>
      ) : (
        <ol class="timeline">
          {accesses.map((access) => (
            <li>
              <bdi>{access.staffName ?? t('event.someone')}</bdi> · {describeAccess(t, access)}
              <time class="under num" datetime={access.at.toISOString()}>
                {t.dateTime(access.at, timeZone)}
              </time>
            </li>
          ))}
        </ol>
      )}
      {older !== undefined && (
        <p>
          <a class="button quiet" href={`${path}/access?before=${older}`}>
            {t('list.older')}
          </a>
        </p>
      )}
    </DeskPage>
  );
};
