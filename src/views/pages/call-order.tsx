import type { CallContent } from '../../domain/call-content.ts';
import type { Listed } from '../../domain/call-sections/order.ts';
import type { Role } from '../../domain/permissions.ts';
import { Alert } from '../components/form.tsx';
import { DeskPage, type Frame } from '../layout.tsx';
import { spokenName } from '../spoken-name.ts';

/** A question or a criterion in the list. */
export type OrderedItem = {
  key: string;
  label: string;
  lang: string | undefined;
  /** What else is to be said of it. */
  facts: string;
};

type CallOrderProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  list: Listed & keyof CallContent;
  heading: string;
  intro: string;
  /** The address of this page. */
  path: string;
  back: { href: string; text: string };
  base: number;
  items: OrderedItem[];
  done: string | undefined;
  conflict: string | undefined;
};

const Item = (props: CallOrderProps & { item: OrderedItem; index: number }) => {
  const { frame, path, base, items, item, index } = props;
  const { t } = frame;
  const { key, label, lang, facts } = item;
  return (
    <li class="ordered">
      <div>
        <a class="person" href={`${path}/${key}`} lang={lang}>
          {label}
        </a>
        <span class="under">{facts}</span>
      </div>
      <form method="post" action={`${path}/${key}/order`} class="actions">
        <input type="hidden" name="base" value={String(base)} />
        {(['up', 'down'] as const).map((move) => (
          <button
            type="submit"
            class="button quiet small"
            name="move"
            value={move}
            disabled={move === 'up' ? index === 0 : index === items.length - 1}
            aria-label={spokenName(
              t,
              t(`callOrder.${move}`),
              t(`callOrder.${move}Named`, { name: label }),
            )}
          >
            {t(`callOrder.${move}`)}
          </button>
        ))}
        <a
          href={`${path}/${key}/remove`}
          aria-label={spokenName(t, t('apply.remove'), t('apply.removeNamed', { name: label }))}
        >
          {t('apply.remove')}
        </a>
      </form>
    </li>
  );
};

/** The questions or the criteria of a call in their order. */
export const CallOrderPage = (props: CallOrderProps) => {
  const { frame, heading, list, path, back, items, done, conflict } = props;
  const { t } = frame;
  return (
    <DeskPage
      frame={frame}
      title={heading}
      failed={conflict !== undefined}
      staff={props.staff}
      current="calls"
      width="narrow"
    >
      {conflict && <Alert text={conflict} focused />}
      {done && (
        <p class="notice good" role="status">
          {done}
        </p>
      )}
      <p class="walk">
        <a href={back.href}>{back.text}</a>
      </p>
      <h1>{heading}</h1>
      <p class="soft">{props.intro}</p>
      {items.length === 0 ? (
        <p>{t(`callOrder.empty.${list}`)}</p>
      ) : (
        <ol class="order">
          {items.map((item, index) => (
            <Item {...props} item={item} index={index} />
          ))}
        </ol>
      )}
      <p class="actions">
        <a class="button" href={`${path}/new`}>
          {t(`callOrder.add.${list}`)}
        </a>
      </p>
    </DeskPage>
  );
};
