import type { Role } from '../../domain/permissions.ts';
import { DeskPage, type Frame } from '../layout.tsx';

type RecoveryCodesPageProps = {
  frame: Frame;
  /** Undefined at the end of signing in. */
  staff?: { name: string; role: Role } | undefined;
  /** In clear, this one time. */
  codes: readonly string[];
  /** Where to go once they are kept. */
  onward: string;
};

/** The codes that stand in for a lost second factor, shown once. */
export const RecoveryCodesPage = ({ frame, staff, codes, onward }: RecoveryCodesPageProps) => {
  const { t } = frame;
  const title = t('recoveryCodes.title');
  return (
    <DeskPage frame={frame} title={title} staff={staff} current="account" width="narrow">
      <div class="flow">
        <h1>{title}</h1>
        <p>{t('recoveryCodes.intro')}</p>
        <ol class="recovery-codes" translate="no">
          {codes.map((code) => (
            <li>
              <code>{code}</code>
            </li>
          ))}
        </ol>
        <p>{t('recoveryCodes.once')}</p>
        <p class="actions">
          <a class="button" href={onward}>
            {t('recoveryCodes.onward')}
          </a>
        </p>
      </div>
    </DeskPage>
  );
};
