import type { Role } from '../../domain/permissions.ts';
import { KeyTable } from '../components/desk-keys.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

type KeysPageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  keyboard: boolean;
  /** It was just switched. */
  changed: boolean;
};

/** Which keys there are, and the switch that turns them off. */
export const KeysPage = ({ frame, staff, keyboard, changed }: KeysPageProps) => {
  const { t } = frame;
  const state = t(keyboard ? 'keys.on' : 'keys.off');
  return (
    <DeskPage frame={frame} title={t('keys.title')} staff={staff} width="narrow">
      {changed && (
        <p class="notice good" role="status">
          {state}
        </p>
      )}
      <h1>{t('keys.title')}</h1>
      <p>{t('keys.intro')}</p>
      <KeyTable t={t} />
      <form method="post" action="/admin/keys" class="flow">
        {!changed && <p>{state}</p>}
        <p class="actions">
          <button
            type="submit"
            class="button quiet"
            name="keyboard"
            value={keyboard ? 'off' : 'on'}
          >
            {t(keyboard ? 'keys.switchOff' : 'keys.switchOn')}
          </button>
        </p>
      </form>
    </DeskPage>
  );
};
