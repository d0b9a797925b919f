import type { Consent } from '../../db/consents.ts';
import type { Translator } from '../../i18n.ts';

type OwnConsentProps = {
  t: Translator;
  consent: Pick<Consent, 'decision' | 'state' | 'until' | 'pending' | 'withdrawnAt'>;
  timeZone: string;
};

/** The agreement as it stands, in one sentence. */
export function sayConsent({ t, consent, timeZone }: OwnConsentProps): string {
  const { decision, state, until, withdrawnAt } = consent;
  const day = { date: t.date(until, timeZone) };
  if (state === 'withdrawn' && withdrawnAt) {
    return t('consent.withdrawn', { date: t.date(withdrawnAt, timeZone) });
  }
  if (state === 'ended') return t('consent.ended', day);
  return t(decision === 'accepted' ? 'consent.given.accepted' : 'consent.given.onFile', day);
}

/** On the private page: until when somebody is kept, and the way to stay or to end it. */
export const OwnConsent = ({ base, ...props }: OwnConsentProps & { base: string }) => {
  const { t, consent } = props;
  return (
    <div class={consent.pending ? 'notice flow' : 'flow'}>
      <p>
        {sayConsent(props)} {consent.pending && t('consent.pending')}
      </p>
      <p>
        <a class={consent.pending ? 'button' : 'button quiet'} href={`${base}/consent`}>
          {t('consent.open')}
        </a>
      </p>
    </div>
  );
};
