import type { Translator } from '../../i18n.ts';
import { type MailOnItsWay, MailStateCell, templateName } from './mail-state.tsx';

type NoticeProps = {
  t: Translator;
  mails: readonly MailOnItsWay[];
  /** May open single mails. */
  mayRead: boolean;
  timeZone: string;
};

/** On an application's page: which of its mails did not arrive, and where to look after them. */
export const MailTroubleNotice = ({ t, mails, mayRead, timeZone }: NoticeProps) =>
  mails.length === 0 ? null : (
    <div class="notice bad">
      <p>{t('admin.application.mailTrouble', { count: mails.length })}</p>
      <ul>
        {mails.map((mail) => (
          <li>
            <a href={mayRead ? `/admin/outbox/${mail.id}` : `/admin/outbox?state=${mail.state}`}>
              {templateName(t, mail.template)}
            </a>{' '}
            <MailStateCell t={t} mail={mail} timeZone={timeZone} />
          </li>
        ))}
      </ul>
    </div>
  );
