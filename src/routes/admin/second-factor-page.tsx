import { drawQr } from '../../auth/qr.ts';
import { formatTotpUri, groupTotpSecret } from '../../auth/totp.ts';
import type { Role } from '../../domain/permissions.ts';
import type { FieldError } from '../../views/components/form.tsx';
import type { Frame } from '../../views/layout.tsx';
import { SecondFactorPage } from '../../views/pages/second-factor.tsx';

type SecondFactor = {
  /** In base 32. */
  secret: string;
  /** The address that the app shows beside the code. */
  account: string;
  staff?: { name: string; role: Role };
  action: string;
  next?: string | undefined;
  errors: FieldError[];
};

/** The page that sets up a second factor, during sign-in and on the account page alike. */
export function renderSecondFactor(frame: Frame, shown: SecondFactor) {
  const { secret, account, ...rest } = shown;
  const uri = formatTotpUri(secret, { issuer: frame.siteName, account });
  return (
    <SecondFactorPage frame={frame} secret={groupTotpSecret(secret)} qr={drawQr(uri)} {...rest} />
  );
}
