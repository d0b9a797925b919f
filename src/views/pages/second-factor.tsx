import type { Role } from '../../domain/permissions.ts';
import { ErrorSummary, type FieldError, TextField } from '../components/form.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

type SecondFactorPageProps = {
  frame: Frame;
  /** Undefined while signing in. */
  staff?: { name: string; role: Role } | undefined;
  /** Where the form goes. */
  action: string;
  next?: string | undefined;
  /** The key in groups, for typing. */
  secret: string;
  /** The same as a QR code: one path on a square of `size` units. */
  qr: { size: number; path: string };
  errors: FieldError[];
};

/** The key for the authenticator app, as picture and as text, and the first code that proves it arrived. */
export const SecondFactorPage = (props: SecondFactorPageProps) => {
  const { frame, staff, action, next, secret, qr, errors } = props;
  const { t } = frame;
  const heading = t('staff.setUpTitle');
  return (
    <DeskPage
      frame={frame}
      title={heading}
      failed={errors.length > 0}
      staff={staff}
      current="account"
      width="narrow"
    >
      <div class="flow">
        <ErrorSummary t={t} errors={errors} />
        <h1>{heading}</h1>
        <p>{t('staff.setUpIntro')}</p>
        <p>{t('staff.setUpScan')}</p>
        {/* Readers need dark on light, in dark mode too. */}
        <svg
          class="qr"
          role="img"
          aria-label={t('staff.setUpPicture')}
          width="240"
          height="240"
          viewBox={`0 0 ${qr.size} ${qr.size}`}
          shape-rendering="crispEdges"
        >
          <rect width={qr.size} height={qr.size} fill="#fff" />
          <path d={qr.path} fill="#000" />
        </svg>
        <dl class="facts">
          <div>
            <dt>{t('staff.setUpKey')}</dt>
            <dd class="code" translate="no">
              {secret}
            </dd>
          </div>
        </dl>
        <p class="soft">{t('staff.setUpKeyNote')}</p>
        <form class="flow" method="post" action={action} novalidate>
          {next && <input type="hidden" name="next" value={next} />}
          <TextField
            t={t}
            name="code"
            label={t('staff.setUpCode')}
            inputmode="numeric"
            autocomplete="one-time-code"
            errors={errors}
          />
          <p class="actions">
            <button type="submit" class="button">
              {t('staff.setUpSubmit')}
            </button>
            {staff && <a href="/admin/account">{t('account.back')}</a>}
          </p>
        </form>
      </div>
    </DeskPage>
  );
};
