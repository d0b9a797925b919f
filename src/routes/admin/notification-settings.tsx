import { type Context, Hono } from 'hono';
import { saveNotificationSettings } from '../../actions/save-notification-settings.ts';
import { getPublication } from '../../db/calls.ts';
import { findStaff } from '../../db/staff.ts';
import { listSettings } from '../../db/staff-notifications.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import {
  type Delivery,
  deliveries,
  deliveryFor,
  digestHour,
  listNotificationEvents,
  type NotificationEvent,
} from '../../domain/notifications.ts';
import { signatureLimit } from '../../domain/signatures.ts';
import { cleanText, lengthOf } from '../../domain/text.ts';
import { AppError, found } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import type { FieldError } from '../../views/components/form.tsx';
import { NotificationSettingsPage } from '../../views/pages/notification-settings.tsx';
import { sendPage } from '../respond.tsx';
import { smallBody } from '../small-body.ts';
import { deskFrame } from './desk-frame.ts';
import { readFields } from './edit-form.ts';
import { requirePermission } from './gate.ts';

type Shown = {
  settings: ReadonlyMap<NotificationEvent, Delivery>;
  signature: string;
  weeklyList: boolean;
};

/** What one gets mails of, and how one signs. */
export function notificationSettingsRoutes(deps: Deps): Hono<AppEnv> {
  const { db } = deps;

  const render = async (
    c: Context<AppEnv>,
    shown: Shown,
    { errors = [], done = false }: { errors?: FieldError[]; done?: boolean } = {},
  ) => {
    const { staff } = c.var;
    const publication = await getPublication(db);
    return (
      <NotificationSettingsPage
        frame={await deskFrame(deps, c, publication)}
        staff={staff}
        events={listNotificationEvents(staff.role).map((event) => ({
          event,
          delivery: deliveryFor({ role: staff.role, chosen: shown.settings.get(event) }, event),
        }))}
        signature={shown.signature}
        weeklyList={shown.weeklyList}
        digestHour={digestHour}
        timeZone={publication.timeZone}
        errors={errors}
        done={done}
      />
    );
  };

  return new Hono<AppEnv>()
    .use('/account/notifications', requirePermission('own-account'))
    .get('/account/notifications', async (c) => {
      const own = found(await findStaff(db, c.var.staff.id));
      const shown = {
        settings: await listSettings(db, own.id),
        signature: own.signature,
        weeklyList: own.weeklyList,
      };
      return sendPage(c, await render(c, shown, { done: c.req.query('done') !== undefined }));
    })
    .post('/account/notifications', smallBody, async (c) => {
      const { staff } = c.var;
      const fields = await readFields(c);
      const settings = new Map(
        listNotificationEvents(staff.role).flatMap((event): [NotificationEvent, Delivery][] => {
          const word = fields.get(event)?.[0];
          if (word === undefined) return [];
          const delivery = deliveries.find((one) => one === word);
          if (delivery === undefined) throw new AppError('malformed');
          return [[event, delivery]];
        }),
      );
      const signature = cleanText(fields.get('signature')?.[0] ?? '');
      const weeklyList = fields.get('weekly-list')?.[0] === 'yes';
      if (lengthOf(signature) > signatureLimit) {
        const t = translatorFor(c.var.language);
        const message = t('notify.signature.tooLong', { limit: signatureLimit });
        const errors = [{ field: 'signature', message }];
        return sendPage(c, await render(c, { settings, signature, weeklyList }, { errors }), 422);
      }
      await saveNotificationSettings(deps, staff.id, { settings, signature, weeklyList });
      return c.redirect('/admin/account/notifications?done=yes', 303);
    });
}
