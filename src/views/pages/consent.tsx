import type { Consent } from '../../db/consents.ts';
import { sayConsent } from '../components/own-consent.tsx';
import { type Frame, type LanguageLink, PublicPage } from '../layout.tsx';

type ConsentPageProps = {
  frame: Frame;
  /** The address of the private page without its query. */
  base: string;
  consent: Consent;
  /** They can agree to another year. */
  renewable: boolean;
  timeZone: string;
  languages: LanguageLink[];
};

/** Until when somebody agreed to be kept, another year, and the end of it. */
export const ConsentPage = (props: ConsentPageProps) => {
  const { frame, base, consent, renewable, timeZone } = props;
  const { t } = frame;
  const { decision, state, goesAt } = consent;
  const accepted = decision === 'accepted';
  const title = t(accepted ? 'consent.title.accepted' : 'consent.title.onFile');
  const goes = goesAt && <p>{t('consent.goes', { date: t.date(goesAt, timeZone) })}</p>;
  return (
    <PublicPage frame={frame} title={title} languages={props.languages}>
      <h1>{title}</h1>
      <p>{sayConsent({ t, consent, timeZone })}</p>
      {state === 'withdrawn' && goes}
      <p>{t('consent.purpose')}</p>
      {renewable && (
        <form class="flow" method="post" action={`${base}/consent`}>
          <p>{t('consent.renew.text')}</p>
          <p>
            <button type="submit" class="button" name="act" value="renew">
              {t(state === 'given' ? 'consent.renew' : 'consent.renewAgain')}
            </button>
          </p>
        </form>
      )}
      {state !== 'withdrawn' && (
        <>
          <h2>{t('consent.end.heading')}</h2>
          {decision !== 'declined' && <p>{t('consent.end.leaves')}</p>}
          {accepted ? <p>{t('consent.stays')}</p> : goes}
          <form method="post" action={`${base}/consent`}>
            <p>
              <button type="submit" class="button quiet" name="act" value="withdraw">
                {t('consent.end')}
              </button>
            </p>
          </form>
        </>
      )}
      <p>
        <a class="button quiet" href={base}>
          {t('documents.back')}
        </a>
      </p>
    </PublicPage>
  );
};
