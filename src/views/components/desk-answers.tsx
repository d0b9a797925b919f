import type { Child } from 'hono/jsx';
import type { Application } from '../../db/applications.ts';
import type { FormValues } from '../../domain/application-form.ts';
import type { CallText } from '../../domain/calls.ts';
import { formatMailLink } from '../../domain/mail-link.ts';
import { may, type Role } from '../../domain/permissions.ts';
import type { ShownQuestion } from '../../domain/questions.ts';
import type { Translator } from '../../i18n.ts';
import { type Answer, AnswerList, listAnswers, SafeLink } from './answers.tsx';
import { listQuestionAnswers } from './questions.tsx';
import type { PageTime } from './reply-by.tsx';

/** What tells who somebody is. */
const identifying = [
  ...['fullName', 'latinName', 'penName', 'email', 'contactChannel', 'links', 'via'],
];

/** What of a discreet person stays sealed here. */
const sealed = ['email', 'contactChannel'];

type Props = {
  t: Translator;
  staff: { role: Role };
  application: Pick<Application, 'reference' | 'language' | 'via' | 'consentedAt'>;
  values: FormValues;
  /** The reader may not know who it is. */
  hidden: boolean;
  submittedAt: Date;
  /** The call that was answered, in the reader's language. */
  call: CallText;
  questions: ShownQuestion[];
  /** Of the editors' thread. */
  mailSubject: string;
  time: PageTime;
};

const Sealed = ({ t, staff, application }: Props) => (
  <>
    {t('discreet.sealed')}
    {may(staff.role, 'unseal-identity') && (
      <>
        {' · '}
        <a href={`/admin/applications/${application.reference}/identity`}>{t('discreet.see')}</a>
      </>
    )}
  </>
);

const linkVia = (via: string): Child => (/^https?:/i.test(via) ? <SafeLink text={via} /> : via);

/** What was sent, without what the reader may not know. */
export const DeskAnswers = (props: Props) => {
  const { t, values, call, application, submittedAt, time } = props;
  const moment = (at: Date): Child => (
    <time datetime={at.toISOString()}>{t.dateTime(at, time.timeZone)}</time>
  );
  const { via, consentedAt, language } = application;
  const own = (key: string, label: string, value: Child): Answer => ({ field: key, label, value });
  const linkMail = (answer: Answer): Answer =>
    answer.field !== 'email' || values.email === ''
      ? answer
      : {
          ...answer,
          value: <a href={formatMailLink(values.email, props.mailSubject)}>{values.email}</a>,
        };
  const seal = (answer: Answer): Answer =>
    values.discreet && sealed.includes(answer.field)
      ? { ...answer, value: <Sealed {...props} /> }
      : answer;
  const answers = [
    ...listAnswers(t, values, call.places).map(linkMail).map(seal),
    ...listQuestionAnswers(t, props.questions, values),
    own('keepOnFile', t('answer.keepOnFile'), t(values.keepOnFile ? 'answer.yes' : 'answer.no')),
    own('consent', t('admin.application.consent'), consentedAt ? moment(consentedAt) : ''),
    own('submitted', t('admin.application.submitted'), moment(submittedAt)),
    own('call', t('admin.application.call'), call.title),
    own('language', t('admin.application.language'), t.languageName(language)),
    own('via', t('admin.application.via'), via ? linkVia(via) : ''),
  ].filter(({ field }) => !props.hidden || !identifying.includes(field));
  return <AnswerList answers={answers} none={t('admin.application.noAnswer')} />;
};
