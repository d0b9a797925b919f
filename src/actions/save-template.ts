import { createId } from '../crypto.ts';
import type { Db, Trx } from '../db/client.ts';
import { findTemplate, insertTemplate } from '../db/response-templates.ts';
import type { Deps } from '../deps.ts';
import type { TemplateKind } from '../domain/letter-placeholders.ts';
import { standardTemplate, type TemplateText } from '../domain/standard-templates.ts';
import type { Language } from '../i18n.ts';

/** The template that letters begin with: as it was saved for the call, else the standard one. */
export async function readTemplate(
  db: Db | Trx,
  callId: string,
  template: { kind: TemplateKind; language: Language },
): Promise<TemplateText> {
  const saved = await findTemplate(db, callId, template);
  return saved ?? standardTemplate(template.kind, template.language);
}

/**
 * Saves a template as its next version. `seen` is the number of the version that its editor had before
 * them, 0 for the standard text: false, and nothing saved, when somebody saved another one meanwhile.
 * What changes nothing is no version.
 */
export async function saveTemplate(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  template: {
    callId: string;
    kind: TemplateKind;
    language: Language;
    seen: number;
    text: TemplateText;
    staffId: string;
  },
): Promise<boolean> {
  const { callId, kind, language, seen, text, staffId } = template;
  return await db.transaction().execute(async (trx) => {
    const saved = await findTemplate(trx, callId, { kind, language });
    if ((saved?.number ?? 0) !== seen) return false;
    const { subject, body } = saved ?? standardTemplate(kind, language);
    if (subject === text.subject && body === text.body) return true;
    const now = clock.now();
    return await insertTemplate(trx, {
      ...{ id: createId(now), callId, kind, language, number: seen + 1 },
      ...{ subject: text.subject, body: text.body, createdAt: now, createdBy: staffId },
    });
  });
}
