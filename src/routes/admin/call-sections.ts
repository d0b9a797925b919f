import type { CallContent } from '../../domain/call-content.ts';
import { criterionSection } from '../../domain/call-sections/criteria.ts';
import { documentsSection, feeSection, newsroomSection } from '../../domain/call-sections/facts.ts';
import { languagesSection } from '../../domain/call-sections/languages.ts';
import { placesSection } from '../../domain/call-sections/places.ts';
import { questionSection } from '../../domain/call-sections/questions.ts';
import type { Section } from '../../domain/call-sections/section.ts';
import { textsSection } from '../../domain/call-sections/texts.ts';
import { isLanguage, type Translator } from '../../i18n.ts';

/** A page of the editor: what it edits, what it is called, and where one comes from. */
export type SectionPage = {
  section: Section;
  heading(t: Translator): string;
  intro?: (t: Translator) => string;
  /** The page of the list that it belongs to, below the call's; the call's own when absent. */
  list?: 'questions' | 'criteria';
};

const single: Record<string, SectionPage> = {
  places: {
    section: placesSection,
    heading: (t) => t('callEdit.section.places'),
    intro: (t) => t('call.placesNote'),
  },
  documents: { section: documentsSection, heading: (t) => t('callEdit.section.documents') },
  fee: {
    section: feeSection,
    heading: (t) => t('call.fee.heading'),
    intro: (t) => t('callEdit.fee.intro'),
  },
  newsroom: { section: newsroomSection, heading: (t) => t('callEdit.section.newsroom') },
  languages: {
    section: languagesSection,
    heading: (t) => t('callEdit.section.languages'),
    intro: (t) => t('callEdit.languages.intro'),
  },
};

/** What a question or a criterion is called in the reader's language, else in any. */
const labelOf = (
  items: readonly { key: string; texts: Record<string, { label: string }> }[],
  key: string,
): ((t: Translator) => string) | undefined => {
  const item = items.find((one) => one.key === key);
  return item && ((t) => (item.texts[t.language] ?? Object.values(item.texts)[0])?.label || key);
};

/** The page of a section by its address; undefined when the call has none there. */
export function findSectionPage(
  content: CallContent,
  name: string,
  key: string | undefined,
): SectionPage | undefined {
  if (name === 'texts' && key !== undefined && isLanguage(key)) {
    return {
      section: textsSection(key),
      heading: (t) => t('callEdit.texts.heading', { language: t.languageName(key) }),
    };
  }
  if (name === 'questions' && key !== undefined) {
    const label = labelOf(content.questions, key);
    if (key !== 'new' && label === undefined) return undefined;
    return {
      section: questionSection(key === 'new' ? undefined : key),
      heading: (t) => label?.(t) ?? t('callEdit.question.new'),
      list: 'questions',
    };
  }
  if (name === 'criteria' && key !== undefined) {
    const label = labelOf(content.criteria, key);
    if (key !== 'new' && label === undefined) return undefined;
    return {
      section: criterionSection(key === 'new' ? undefined : key),
      heading: (t) => label?.(t) ?? t('callEdit.criterion.new'),
      list: 'criteria',
    };
  }
  return key === undefined && Object.hasOwn(single, name) ? single[name] : undefined;
}
