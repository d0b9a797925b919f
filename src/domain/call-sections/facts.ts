import type { CallContent } from '../call-content.ts';
import type { CallDocuments, Fee } from '../calls.ts';
import { documentKinds } from '../documents.ts';
import { parseEmailAddress } from '../email-address.ts';
import { reviewersWantedLimit } from '../reviews.ts';
import type { EditField, Section, Values } from './section.ts';

const demands = ['required', 'optional', 'off'] as const;

/** Which documents the call asks for. */
export const documentsSection: Section = {
  fields: () =>
    documentKinds.map(
      (kind): EditField => ({
        name: kind,
        label: { key: `document.${kind}` },
        control: 'select',
        needed: true,
        options: demands.map((value) => ({ value, label: { key: `callEdit.demand.${value}` } })),
      }),
    ),
  read: ({ documents }) => documents,
  write: (content, values) => ({
    ...content,
    documents: { ...content.documents, ...(values as CallDocuments) },
  }),
};

const currencies = Intl.supportedValuesOf('currency');
const amounts = [0, 1_000_000] as const;

const readFee = (fee: Fee | null): Values => ({
  currency: fee?.currency ?? '',
  from: fee ? String(fee.from) : '',
  to: fee ? String(fee.to) : '',
  expenses: fee?.expenses ? 'yes' : '',
  killFeePercent: fee?.killFeePercent == null ? '' : String(fee.killFeePercent),
  paidWithinDays: fee ? String(fee.paidWithinDays) : '',
});

/** The fee block: all of it, or none. */
export const feeSection: Section = {
  fields: () => [
    {
      ...{ name: 'currency', control: 'line', limit: 3, label: { key: 'callEdit.fee.currency' } },
      hint: 'callEdit.fee.currency.hint',
    },
    { name: 'from', control: 'number', between: amounts, label: { key: 'callEdit.fee.from' } },
    { name: 'to', control: 'number', between: amounts, label: { key: 'callEdit.fee.to' } },
    { name: 'expenses', control: 'box', label: { key: 'call.fee.expenses' } },
    {
      ...{ name: 'killFeePercent', control: 'number', between: [0, 100] },
      ...{ label: { key: 'callEdit.fee.kill' }, hint: 'callEdit.fee.kill.hint' },
    },
    {
      ...{ name: 'paidWithinDays', control: 'number', between: [1, 365] },
      label: { key: 'callEdit.fee.paidWithinDays' },
    },
  ],
  read: ({ fee }) => readFee(fee),
  judge(values) {
    const parts = ['currency', 'from', 'to', 'paidWithinDays'] as const;
    if (Object.values(values).every((one) => one === '')) return [];
    const blank = parts.filter((one) => values[one] === '');
    if (blank.length > 0) return blank.map((field) => ({ field, key: 'editProblem.missing' }));
    const { currency = '', from, to } = values;
    return [
      ...(currencies.includes(currency.toUpperCase())
        ? []
        : [{ field: 'currency', key: 'editProblem.currency' as const }]),
      ...(Number(to) < Number(from) ? [{ field: 'to', key: 'editProblem.feeOrder' as const }] : []),
    ];
  },
  write(content, values) {
    const { currency = '', from, to, expenses, killFeePercent, paidWithinDays } = values;
    if (currency === '') return { ...content, fee: null };
    const fee: Fee = {
      currency: currency.toUpperCase(),
      from: Number(from),
      to: Number(to),
      expenses: expenses === 'yes',
      killFeePercent: killFeePercent ? Number(killFeePercent) : null,
      paidWithinDays: Number(paidWithinDays),
    };
    return { ...content, fee };
  },
};

/** The most that may be entered as one inbox. */
const inboxLimit = 5;

/** The addresses of a comma-separated list; undefined when one of them is none. */
export function parseInbox(text: string): string[] | undefined {
  const parts = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  const addresses = parts.map((one) => parseEmailAddress(one));
  const good = addresses.filter((one) => one !== undefined);
  return good.length === addresses.length ? [...new Set(good)] : undefined;
}

const newsroomFields = ({ opened }: { opened: boolean }): EditField[] => [
  {
    ...{ name: 'contactEmail', control: 'email', limit: 254, needed: opened, awaited: true },
    ...{ label: { key: 'callEdit.contactEmail' }, hint: 'callEdit.contactEmail.hint' },
  },
  {
    ...{ name: 'inbox', control: 'line', limit: 1000 },
    ...{ label: { key: 'callEdit.inbox' }, hint: 'callEdit.inbox.hint' },
  },
  {
    ...{ name: 'replyDays', control: 'number', between: [1, 180], needed: true },
    ...{ label: { key: 'callEdit.replyDays' }, hint: 'callEdit.replyDays.hint' },
  },
  {
    ...{ name: 'retentionDays', control: 'number', between: [1, 3650], needed: true },
    ...{ label: { key: 'callEdit.retentionDays' }, hint: 'callEdit.retentionDays.hint' },
  },
  {
    ...{ name: 'reviewersWanted', control: 'number', between: [0, reviewersWantedLimit] },
    ...{ label: { key: 'callEdit.reviewersWanted' }, hint: 'callEdit.reviewersWanted.hint' },
    needed: true,
  },
  {
    ...{ name: 'blind', control: 'box', label: { key: 'callEdit.blind' } },
    hint: 'callEdit.blind.hint',
  },
];

/**
 * Whom to ask, where applications are announced, and what is promised. The inbox is the call's own
 * and no part of a version: see `saveInbox`.
 */
export const newsroomSection: Section = {
  fields: (_, setting) => newsroomFields(setting),
  read: ({ contactEmail, replyDays, retentionDays, reviewersWanted, blind }) => ({
    contactEmail,
    replyDays: String(replyDays),
    retentionDays: String(retentionDays),
    reviewersWanted: String(reviewersWanted),
    blind: blind ? 'yes' : '',
  }),
  judge({ contactEmail = '', inbox = '' }) {
    const addresses = parseInbox(inbox);
    return [
      ...(contactEmail !== '' && !parseEmailAddress(contactEmail)
        ? [{ field: 'contactEmail', key: 'problem.email.malformed' as const }]
        : []),
      ...(addresses === undefined ? [{ field: 'inbox', key: 'editProblem.inbox' as const }] : []),
      ...(addresses && addresses.length > inboxLimit
        ? [{ field: 'inbox', key: 'editProblem.tooMany' as const, values: { limit: inboxLimit } }]
        : []),
    ];
  },
  write: (content, { contactEmail = '', blind, ...numbers }): CallContent => ({
    ...content,
    contactEmail: contactEmail === '' ? '' : (parseEmailAddress(contactEmail) ?? ''),
    replyDays: Number(numbers.replyDays),
    retentionDays: Number(numbers.retentionDays),
    reviewersWanted: Number(numbers.reviewersWanted),
    blind: blind === 'yes',
  }),
};
