import type { OidcRefusal } from '../../domain/oidc-refusals.ts';
import { DeskPage, type Frame } from '../layout.tsx';

type OidcConfirmPageProps = {
  frame: Frame;
  /** What the provider is called. */
  provider: string;
  /** Its answer, which the form sends on. */
  parts: readonly (readonly [string, string])[];
};

/** Where the provider's answer arrives: the button uses it. */
export const OidcConfirmPage = ({ frame, provider, parts }: OidcConfirmPageProps) => {
  const { t } = frame;
  const title = t('oidc.confirmTitle');
  return (
    <DeskPage frame={frame} title={title} width="narrow">
      <h1>{title}</h1>
      <p>{t('oidc.confirmed', { provider })}</p>
      <form class="flow" method="post" action="/admin/sign-in/oidc/callback">
        {parts.map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <p class="actions">
          <button type="submit" class="button" autofocus>
            {t('oidc.goOn')}
          </button>
          <a href="/admin/sign-in">{t('signIn.again')}</a>
        </p>
      </form>
    </DeskPage>
  );
};

type OidcRefusedPageProps = { frame: Frame; provider: string } & (
  | { refusal: OidcRefusal }
  /** Minutes after which another try makes sense. */
  | { wait: number }
);

/** Why the provider's answer signed nobody in. */
export const OidcRefusedPage = (props: OidcRefusedPageProps) => {
  const { frame, provider } = props;
  const { t } = frame;
  const title = t('oidc.refusedTitle');
  return (
    <DeskPage frame={frame} title={title} width="narrow">
      <h1>{title}</h1>
      <p>
        {'wait' in props
          ? t('signIn.wait', { minutes: props.wait })
          : t(`oidc.refused.${props.refusal}`, { provider })}
      </p>
      <p>
        <a class="button" href="/admin/sign-in">
          {t('oidc.again')}
        </a>
      </p>
    </DeskPage>
  );
};
