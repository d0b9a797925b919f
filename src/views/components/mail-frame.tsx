import type { Translator } from '../../i18n.ts';

/** A mail as its reader sees it: nothing in the frame loads, runs or leads away. */
export const MailFrame = ({ t, src }: { t: Translator; src: string }) => (
  <iframe class="mail-frame" src={src} title={t('letter.html')} sandbox="" />
);
