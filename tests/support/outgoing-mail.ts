import { createId } from '../../src/crypto.ts';
import type { OutgoingMail } from '../../src/mail/transport.ts';

/** One line in each script that mails are written in. */
export const scripts = {
  ka: 'გამარჯობა, თქვენი განაცხადი მივიღეთ — „ვეფხისტყაოსანი“',
  hy: 'Բարև Ձեզ, Ձեր դիմումը ստացվել է և կարդացվում է',
  ru: 'Здравствуйте, ваша заявка получена: ёлка, щука, объезд',
  az: 'Salam, müraciətiniz alındı: Şəki, Gəncə, İsmayıllı, ğ',
  de: 'Guten Tag, Ihre Bewerbung ist eingegangen: Größe, süß',
};

/** A mail ready to leave, to one person, in all scripts. */
export function makeOutgoingMail(values: Partial<OutgoingMail> = {}): OutgoingMail {
  const date = new Date('2026-11-24T09:00:00Z');
  const id = createId(date);
  const lines = Object.values(scripts);
  return {
    id,
    messageId: `<${id}@news.example>`,
    inReplyTo: null,
    references: [],
    date,
    from: { name: 'News “Desk”', address: 'feder@news.example' },
    to: [{ name: 'ნინო ბერიძე', address: 'nino@mail.example' }],
    replyTo: null,
    subject: `[F-7K3M9Q] ${scripts.ka} – ${scripts.hy}`,
    text: `${lines.join('\n')}\n`,
    html: `<p>${lines.join('</p>\n<p>')}</p>\n`,
    automatic: true,
    ...values,
  };
}
