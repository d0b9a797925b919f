import type { SampleContent } from '../../src/documents/samples.ts';

/** A title and two paragraphs in each language that is guessed, and how many words they have. */
export const sampleTexts: Record<string, SampleContent & { words: number }> = {
  en: {
    title: 'Notes from the valley',
    paragraphs: [
      'The river was late this year, and nobody in the village had asked it to hurry.',
      'They say that the water will come back for the harvest, as it was in the old days.',
    ],
    words: 38,
  },
  de: {
    title: 'Notizen aus dem Tal',
    paragraphs: [
      'Der Fluss kam in diesem Jahr spät, und niemand im Dorf hatte ihn gebeten, sich zu beeilen.',
      'Man sagt, dass das Wasser für die Ernte zurückkehrt, wie es auch früher war.',
    ],
    words: 35,
  },
  ru: {
    title: 'Заметки из долины',
    paragraphs: [
      'Река в этом году опоздала, и никто в деревне не просил её спешить.',
      'Говорят, что вода вернётся к сбору урожая, как это было прежде.',
    ],
    words: 27,
  },
  ka: {
    title: 'ჩანაწერები ხეობიდან',
    paragraphs: [
      'მდინარე წელს დაიგვიანა და სოფელში არავის უთხოვია, რომ ეჩქარა.',
      'ამბობენ, რომ წყალი მოსავლის აღებამდე დაბრუნდება.',
    ],
    words: 17,
  },
  hy: {
    title: 'Գրառումներ հովտից',
    paragraphs: [
      'Գետն այս տարի ուշացավ, և գյուղում ոչ ոք չէր խնդրել նրան շտապել։',
      'Ասում են, որ ջուրը կվերադառնա մինչև բերքահավաքը։',
    ],
    words: 21,
  },
  az: {
    title: 'Vadidən qeydlər',
    paragraphs: [
      'Çay bu il gecikdi və kənddə heç kim ondan tələsməyi xahiş etməmişdi.',
      'Deyirlər ki, su məhsul yığımına qədər qayıdacaq, əvvəllər olduğu kimi.',
    ],
    words: 24,
  },
};
