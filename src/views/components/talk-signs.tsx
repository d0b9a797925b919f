import type { Translator } from '../../i18n.ts';

const lock = 'M4 7V5a4 4 0 0 1 8 0v2h1v8H3V7zm2 0h4V5a2 2 0 0 0-4 0z';
const envelope = 'M1 3h14v10H1zm1.8 1.5L8 8.6l5.2-4.1zM2.5 6v5.5h11V6L8 10.4z';

const Sign = ({ path }: { path: string }) => (
  <svg class="sign" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
    <path d={path} fill="currentColor" fill-rule="evenodd" />
  </svg>
);

/** What stands above everything that stays inside. */
export const InsideSign = ({ t }: { t: Translator }) => (
  <p class="reach">
    <Sign path={lock} />
    <span>{t('note.reach')}</span>
  </p>
);

/** What stands above everything that leaves the newsroom: to whom, and in which language. */
export const OutsideSign = ({
  t,
  name,
  language,
}: {
  t: Translator;
  name: string;
  language: string;
}) => (
  <p class="reach">
    <Sign path={envelope} />
    <span>{t('admin.message.reach', { name, language: t.languageName(language) })}</span>
  </p>
);
