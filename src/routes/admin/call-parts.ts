import type { EditedCall } from '../../db/call-versions.ts';
import { textIn } from '../../domain/call-content.ts';
import { documentKinds } from '../../domain/documents.ts';
import { namePeriod } from '../../domain/periods.ts';
import type { Translator } from '../../i18n.ts';
import type { CallPart } from '../../views/pages/edited-call.tsx';
import { callPath } from './call-context.ts';

/** What is in each part of a call, in a line, with the page that changes it. */
export function listCallParts(t: Translator, call: EditedCall, reference: string): CallPart[] {
  const { content, slug, inbox } = call;
  const { languages, places, documents, questions, criteria, fee } = content;
  const nameOf = (key: string): string =>
    textIn(content, t.language).places[key] || textIn(content, reference).places[key] || key;
  const none = t('check.notProvided');
  const listed = (names: string[]): string =>
    names.length > 0 ? t.list(names) : t('callEdit.none');
  const labels = (items: readonly { key: string; texts: Record<string, { label: string }> }[]) =>
    listed(
      items.map(
        ({ key, texts }) =>
          (texts[t.language] ?? texts[reference] ?? Object.values(texts)[0])?.label || key,
      ),
    );
  const promise = t('call.days', { days: content.replyDays });
  const deletion = t('call.deletedAfter', namePeriod(content.retentionDays));
  const parts: [string, string, string][] = [
    [
      'languages',
      t('callEdit.section.languages'),
      listed(languages.map((one) => t.languageName(one))),
    ],
    ['places', t('callEdit.section.places'), listed(places.map(nameOf))],
    [
      'documents',
      t('callEdit.section.documents'),
      documentKinds
        .map((one) => `${t(`document.${one}`)}: ${t(`callEdit.demand.${documents[one]}`)}`)
        .join('\n'),
    ],
    ['questions', t('callEdit.section.questions'), labels(questions)],
    ['criteria', t('callEdit.section.criteria'), labels(criteria)],
    [
      'fee',
      t('call.fee.heading'),
      fee
        ? t('call.fee.range', {
            ...{ from: t.number(fee.from), to: t.number(fee.to), currency: fee.currency },
          })
        : none,
    ],
    [
      'newsroom',
      t('callEdit.section.newsroom'),
      [
        `${t('callEdit.contactEmail')}: ${content.contactEmail || none}`,
        `${t('callEdit.inbox')}: ${inbox ?? none}`,
        `${t('call.replyWithin')}: ${promise}`,
        `${t('call.deletion')}: ${deletion}`,
        `${t('callEdit.reviewersWanted')}: ${t.number(content.reviewersWanted)}`,
        ...(content.blind ? [t('callEdit.blind')] : []),
      ].join('\n'),
    ],
  ];
  return parts.map(([section, name, text]) => ({
    ...{ name, content: text, href: `${callPath(slug)}/${section}` },
  }));
}
