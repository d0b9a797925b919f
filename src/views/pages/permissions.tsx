import { may, permissions, type Role, roles } from '../../domain/permissions.ts';
import { transitions } from '../../domain/stages.ts';
import type { Translator } from '../../i18n.ts';
import { DeskPage, type Frame } from '../layout.tsx';

/** Who may do what, from the tables that the pages and their buttons are made of. */
export const PermissionsPage = ({
  frame,
  staff,
}: {
  frame: Frame;
  staff: { name: string; role: Role };
}) => {
  const { t } = frame;
  const moves = transitions.filter((one) => one.roles.length > 0);
  return (
    <DeskPage frame={frame} title={t('permissions.title')} staff={staff} current="staff">
      <p class="walk small">
        <a href="/admin/staff">{t('staffList.title')}</a>
      </p>
      <h1>{t('permissions.title')}</h1>
      <p>{t('permissions.intro')}</p>
      <div class="frame">
        <table class="matrix">
          <thead>
            <tr>
              <th scope="col">{t('permissions.what')}</th>
              {roles.map((role) => (
                <th scope="col">{t(`staff.role.${role}`)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {permissions.map((one) => (
              <Row t={t} label={t(`permission.${one}`)} holds={(role) => may(role, one)} />
            ))}
            {moves.map((one) => (
              <Row
                t={t}
                label={t('permissions.move', { act: t(`transition.${one.name}`) })}
                holds={(role) => one.roles.some((holder) => holder === role)}
              />
            ))}
          </tbody>
        </table>
      </div>
    </DeskPage>
  );
};

const Row = (props: { t: Translator; label: string; holds(role: Role): boolean }) => (
  <tr>
    <th scope="row">{props.label}</th>
    {roles.map((role) => (
      <td class={props.holds(role) ? 'yes' : 'no'}>
        {props.t(props.holds(role) ? 'permissions.yes' : 'permissions.no')}
      </td>
    ))}
  </tr>
);
