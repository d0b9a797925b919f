import type { NotificationFacts } from '../../src/mail/templates/editorial-notification.tsx';
import type { ReceiptFacts } from '../../src/mail/templates/receipt.tsx';

const submittedAt = new Date('2026-11-20T13:02:00Z');
const replyBy = new Date('2026-12-04T13:02:00Z');
export const documents = [
  { kind: 'cv', origin: 'file', name: 'CV ნინო.pdf', size: 212_000, language: null },
  { kind: 'coverLetter', origin: 'text', name: 'letter.txt', size: 900, language: null },
  { kind: 'writingSample', origin: 'file', name: 'a&b.docx', size: 3_400_000, language: 'ka' },
] satisfies NotificationFacts['documents'];

/** What a receipt tells. */
export const receipt: ReceiptFacts = {
  publication: 'Caucasus Watch',
  timeZone: 'Europe/Berlin',
  reference: 'F-7K3M9Q',
  fullName: 'ნინო ბერიძე',
  callTitle: 'Local experts',
  submittedAt,
  replyBy,
  readers: 'Two editors',
  contactEmail: 'questions@news.example',
  documents,
  link: 'https://news.example/en/applications/token',
};

/** What a notification tells. */
export const notification: NotificationFacts = {
  publication: 'Caucasus Watch',
  timeZone: 'Europe/Berlin',
  reference: 'F-7K3M9Q',
  callTitle: 'Local experts',
  fullName: 'ნინო ბერიძე',
  latinName: 'Nino Beridze',
  penName: 'N. B.',
  places: ['Georgia', 'North Caucasus'],
  placesOther: 'Pankisi',
  basedIn: 'Tbilisi',
  languages: ['ka', 'ru'],
  topics: 'Rivers\nand <roads>',
  links: ['https://nino.example/a?b=1&c=2'],
  answers: [{ label: 'Did you use AI tools?', value: 'No' }],
  documents,
  via: 'https://news.example/article',
  replyBy,
  link: 'https://news.example/admin/applications/F-7K3M9Q',
  repliesReachApplicant: true,
};
