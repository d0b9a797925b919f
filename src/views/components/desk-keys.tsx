import { type DeskKey, deskKeys, transitionKeys } from '../../domain/desk-keys.ts';
import type { Translator } from '../../i18n.ts';

/** Marks the control that a key presses; the page works the same by mouse. */
export function keyed(keys: string | undefined): Record<string, string> {
  if (keys === undefined) return {};
  // The attribute for assistive technology knows no keys in sequence.
  return keys.includes(' ')
    ? { 'data-key': keys }
    : { 'data-key': keys, 'aria-keyshortcuts': keys };
}

const Keys = ({ keys }: { keys: string }) => (
  <>
    {keys.split(' ').map((key, index) => (
      <>
        {index > 0 && ' '}
        <kbd>{key}</kbd>
      </>
    ))}
  </>
);

/** All keys of the staff pages and what they do. */
export const KeyTable = ({ t }: { t: Translator }) => {
  const own = (Object.keys(deskKeys) as DeskKey[]).map(
    (name) => [deskKeys[name], t(`keys.${name}`)] as const,
  );
  const moves = (Object.keys(transitionKeys) as (keyof typeof transitionKeys)[]).map(
    (name) => [transitionKeys[name], t(`transition.${name}`)] as const,
  );
  return (
    <dl class="keys">
      {[...own, ...moves].map(([keys, meaning]) => (
        <div>
          <dt>
            <Keys keys={keys} />
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
};

/** What the script of the keys shows: their list, and what a first key waits for. */
export const KeyParts = ({ t }: { t: Translator }) => (
  <>
    <dialog id="keys" aria-labelledby="keys-title">
      <h2 id="keys-title">{t('keys.title')}</h2>
      <KeyTable t={t} />
      <form method="dialog" class="actions">
        <button type="submit" class="button quiet small">
          {t('keys.close')}
        </button>
        <a href="/admin/keys">{t('keys.switchOff')}</a>
      </form>
    </dialog>
    <p id="keys-waiting" class="keys-waiting" aria-live="polite" />
  </>
);
