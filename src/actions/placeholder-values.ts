import type { Application } from '../db/applications.ts';
import type { Call, Publication } from '../db/calls.ts';
import { pickText } from '../domain/calls.ts';
import type { PlaceholderValues } from '../domain/letter-placeholders.ts';
import { cleanLine, cleanText } from '../domain/text.ts';
import type { Language } from '../i18n.ts';

/** What the values that all texts to applicants know come from, beside the application. */
export type CommonFacts = {
  publication: Publication;
  /** In the version that the application answered. */
  call: Call;
  /** The author's own; empty where they have none. */
  signature: string;
  author: { name: string };
};

/** The values of the placeholders that all texts to applicants know, for a text in `language`. */
export function commonValues(
  { reference, fullName, discreet }: Pick<Application, 'reference' | 'fullName' | 'discreet'>,
  { publication, call, signature, author }: CommonFacts,
  language: Language,
): PlaceholderValues {
  const editor = cleanLine(author.name);
  return {
    // Nothing that a discreet person's page shows has a name on it.
    name: discreet ? reference : cleanLine(fullName),
    reference,
    call: pickText(call.texts, language, publication.language).title,
    publication: publication.name,
    contact: call.contactEmail,
    editor,
    signature: cleanText(signature) || editor,
  };
}
