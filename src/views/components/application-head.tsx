import type { Application } from '../../db/applications.ts';
import type { FormValues } from '../../domain/application-form.ts';
import type { Translator } from '../../i18n.ts';
import { type PageTime, ReplyBy } from './reply-by.tsx';
import { Romanised } from './romanised.tsx';
import { StageChip } from './stage-chip.tsx';

type Props = {
  t: Translator;
  application: Pick<Application, 'reference' | 'stage' | 'decision' | 'mergedInto'>;
  values: FormValues;
  /** The reader may not know who it is. */
  hidden: boolean;
  replyBy: Date;
  decision: { told: boolean };
  time: PageTime;
};

/** Whose application it is, and where it stands. */
export const ApplicationHead = ({
  t,
  application,
  values,
  hidden,
  replyBy,
  decision,
  time,
}: Props) => {
  const { fullName, latinName, penName } = values;
  const date = t.date(replyBy, time.timeZone);
  return (
    <div class="head">
      <h1>
        <bdi>{fullName}</bdi>
      </h1>
      <p class="soft">
        {latinName !== '' && latinName !== fullName && (
          <>
            <bdi>{latinName}</bdi> ·{' '}
          </>
        )}
        {!hidden && <Romanised t={t} fullName={fullName} latinName={latinName} />}
        {penName !== '' && (
          <>
            <bdi>{t('admin.application.penName', { name: penName })}</bdi> ·{' '}
          </>
        )}
        {!hidden && (
          <>
            <span class="reference">{application.reference}</span> ·{' '}
          </>
        )}
        <StageChip t={t} {...application} opened />
        {values.discreet && (
          <>
            {' '}
            <span class="chip">{t('discreet.chip')}</span>
          </>
        )}
        {application.stage !== 'withdrawn' && application.mergedInto === null && (
          <>
            {' · '}
            <ReplyBy
              t={t}
              time={time}
              stage={application.stage}
              told={decision.told}
              replyBy={replyBy}
              text={t('admin.application.replyBy', { date })}
            />
          </>
        )}
      </p>
      {hidden && <p class="soft small">{t('blind.hidden')}</p>}
    </div>
  );
};
