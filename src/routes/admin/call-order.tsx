import { type Context, Hono } from 'hono';
import { saveCall } from '../../actions/save-call.ts';
import type { EditedCall } from '../../db/call-versions.ts';
import { getPublication } from '../../db/calls.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { type Listed, orderMoves, reorder } from '../../domain/call-sections/order.ts';
import { pickLanguage, pickText, type Question } from '../../domain/calls.ts';
import { AppError, found } from '../../errors.ts';
import { type Translator, translatorFor } from '../../i18n.ts';
import { CallOrderPage, type OrderedItem } from '../../views/pages/call-order.tsx';
import { EditFormPage } from '../../views/pages/edit-form.tsx';
import { sendPage } from '../respond.tsx';
import { smallBody } from '../small-body.ts';
import { callPath, getEditedCall, titleOfCall } from './call-context.ts';
import { deskFrame } from './desk-frame.ts';
import { readCarried, readFields } from './edit-form.ts';
import { requirePermission } from './gate.ts';

/** What the list of questions and that of criteria have in common. */
type Item = { key: string; texts: Record<string, { label: string }> } & Partial<
  Pick<Question, 'type' | 'required'>
>;

const factsOf = (t: Translator, { type, required }: Item): string => {
  if (!type) return '';
  const name = t(`callEdit.question.type.${type}`);
  return required ? `${name} · ${t('callEdit.demand.required')}` : name;
};

/** The order of a call's questions and criteria: up, down, and out. */
export function callOrderRoutes(deps: Deps): Hono<AppEnv> {
  const { db } = deps;

  const listOf = (c: Context<AppEnv>): Listed =>
    c.req.param('list') === 'criteria' ? 'criteria' : 'questions';

  const showList = async (c: Context<AppEnv>, call: EditedCall, isRivalled: boolean) => {
    const t = translatorFor(c.var.language);
    const publication = await getPublication(db);
    const { language } = publication;
    const list = listOf(c);
    const items = [...call.content[list]].map((item: Item): OrderedItem => {
      const spoken = pickLanguage(item.texts, t.language, language);
      return {
        key: item.key,
        label: pickText(item.texts, t.language, language).label,
        lang: spoken === t.language ? undefined : spoken,
        facts: factsOf(t, item),
      };
    });
    const saved = /^\d{1,9}$/.test(c.req.query('saved') ?? '');
    return (
      <CallOrderPage
        frame={await deskFrame(deps, c, publication)}
        staff={c.var.staff}
        list={list}
        heading={t(`callEdit.section.${list}`)}
        intro={t(`callOrder.intro.${list}`)}
        path={`${callPath(call.slug)}/${list}`}
        back={{
          href: callPath(call.slug),
          text: titleOfCall(call, [t.language, language]).title,
        }}
        base={call.number}
        items={items}
        done={saved ? t('callEdit.saved', { number: call.number }) : undefined}
        conflict={
          isRivalled
            ? t('callOrder.conflict', { name: call.savedBy ?? 'Feder', number: call.number })
            : undefined
        }
      />
    );
  };

  /** Asks before a question or a criterion goes. */
  const askRemoval = async (c: Context<AppEnv>, call: EditedCall, key: string) => {
    const t = translatorFor(c.var.language);
    const publication = await getPublication(db);
    const { language } = publication;
    const list = listOf(c);
    const item: Item = found([...call.content[list]].find((one) => one.key === key));
    const path = `${callPath(call.slug)}/${list}`;
    return (
      <EditFormPage
        frame={await deskFrame(deps, c, publication)}
        staff={c.var.staff}
        current="calls"
        heading={t('apply.removeNamed', { name: pickText(item.texts, t.language, language).label })}
        back={{ href: path, text: t(`callEdit.section.${list}`) }}
        notes={<p>{t(`callOrder.remove.${list}`)}</p>}
        action={`${path}/${key}/order`}
        carried={{ base: String(call.number), move: 'remove' }}
        fields={[]}
        errors={[]}
        submit={t('apply.remove')}
      />
    );
  };

  const gate = requirePermission('edit-calls');
  const path = '/calls/:slug/:list{(?:questions|criteria)}';
  return new Hono<AppEnv>()
    .get(path, gate, async (c) => {
      const call = await getEditedCall(deps, c.req.param('slug'));
      return sendPage(c, await showList(c, call, false));
    })
    .get(`${path}/:key/remove`, gate, async (c) => {
      const call = await getEditedCall(deps, c.req.param('slug'));
      return sendPage(c, await askRemoval(c, call, c.req.param('key')));
    })
    .post(`${path}/:key/order`, gate, smallBody, async (c) => {
      const { slug, key } = c.req.param();
      const list = listOf(c);
      const sent = await readFields(c);
      const move = orderMoves.find((one) => one === sent.get('move')?.[0]);
      if (!move) throw new AppError('malformed');
      await getEditedCall(deps, slug);
      const saved = await saveCall(deps, {
        ...{ slug, base: readCarried(sent, 'base'), author: c.var.staff },
        part: (content) => content[list],
        change: (content) =>
          content[list].some((one) => one.key === key)
            ? reorder(content, list, { key, move })
            : undefined,
      });
      if (saved.outcome === 'conflict') {
        return sendPage(c, await showList(c, saved.call, true), 409);
      }
      return c.redirect(`${callPath(slug)}/${list}?saved=${saved.number}`, 303);
    });
}
