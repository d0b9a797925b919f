import type { Translator } from '../../i18n.ts';

/**
 * A field for programs that fill in whatever they find. Nobody sees it but in a browser without style
 * sheets, where its label says what to do; whoever fills it in all the same confirms once more.
 */
export const Trap = ({ t }: { t: Translator }) => (
  <p class="trap">
    <label for="homepage">{t('apply.trap')}</label>
    <input id="homepage" name="homepage" type="text" autocomplete="off" tabindex={-1} />
  </p>
);
