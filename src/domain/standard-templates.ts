import { type Language, translatorFor } from '../i18n.ts';
import { placeholders, type TemplateKind } from './letter-placeholders.ts';

/** What a letter is made from: its subject and its text, with placeholders. */
export type TemplateText = { subject: string; body: string };

// The catalogues' gaps are the placeholders themselves.
const asPlaceholders = Object.fromEntries(placeholders.map((name) => [name, `{${name}}`]));

/** The text that a template has until somebody changes it, in the language of the letter. */
export function standardTemplate(kind: TemplateKind, language: Language): TemplateText {
  const t = translatorFor(language);
  return {
    subject: t(`template.${kind}.subject`, asPlaceholders),
    body: t(`template.${kind}.body`, asPlaceholders),
  };
}
