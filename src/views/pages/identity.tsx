import type { Look } from '../../db/looks.ts';
import { contactChannels } from '../../domain/application-form.ts';
import { lookMinutes, type UnsealedIdentity } from '../../domain/discreet.ts';
import type { Role } from '../../domain/permissions.ts';
import { ErrorSummary, type FieldError } from '../components/form.tsx';
import { LookForm } from '../components/look-form.tsx';
import { Looks } from '../components/looks.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

type IdentityPageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  reference: string;
  /** What the reader may see at this moment; undefined before they said why. */
  identity: UnsealedIdentity | undefined;
  looks: Look[];
  lookReason: string;
  errors: FieldError[];
  timeZone: string;
};

/** How a discreet applicant is reached: sealed until somebody says why they need it. */
export const IdentityPage = (props: IdentityPageProps) => {
  const { frame, staff, reference, identity, looks, lookReason, errors, timeZone } = props;
  const { t } = frame;
  const heading = t('identity.title', { reference });
  const channel = contactChannels.find((one) => one === identity?.contactChannel);
  const handle = [channel ? t(`contactChannel.${channel}`) : '', identity?.contactHandle ?? '']
    .filter((part) => part !== '')
    .join(': ');
  return (
    <DeskPage
      frame={frame}
      title={heading}
      failed={errors.length > 0}
      staff={staff}
      current="applications"
      width="narrow"
    >
      <p class="walk small">
        <a href={`/admin/applications/${reference}`}>{reference}</a>
      </p>
      <ErrorSummary t={t} errors={errors} />
      <h1>{heading}</h1>
      {identity ? (
        <>
          <p class="notice">{t('identity.shown', { minutes: lookMinutes })}</p>
          <dl class="facts">
            <div>
              <dt>{t('field.email')}</dt>
              <dd>
                <bdi>{identity.email}</bdi>
              </dd>
            </div>
            {handle !== '' && (
              <div>
                <dt>{t('field.contactChannel')}</dt>
                <dd>
                  <bdi>{handle}</bdi>
                </dd>
              </div>
            )}
          </dl>
        </>
      ) : (
        <>
          <p>{t('identity.lead')}</p>
          <LookForm
            {...{ t, lookReason, errors }}
            action={`/admin/applications/${reference}/identity`}
            submit={t('identity.open')}
          />
        </>
      )}
      <h2>{t('looks.title')}</h2>
      {looks.length === 0 ? (
        <p class="soft">{t('looks.none')}</p>
      ) : (
        <Looks t={t} looks={looks} timeZone={timeZone} />
      )}
    </DeskPage>
  );
};
