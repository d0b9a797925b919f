import { may, type Role } from '../../domain/permissions.ts';
import type { Translator } from '../../i18n.ts';

/** Where more stands of what happened to an application. */
export const LogLinks = ({
  t,
  role,
  base,
  reference,
}: {
  t: Translator;
  role: Role;
  base: string;
  reference: string;
}) => (
  <ul class="log-links">
    {may(role, 'read-looks') && (
      <li>
        <a href={`${base}/access`}>{t('access.link')}</a>
      </li>
    )}
    {may(role, 'read-outbox') && (
      <li>
        <a href={`/admin/outbox?application=${reference}`}>{t('outbox.ofThis')}</a>
      </li>
    )}
  </ul>
);
