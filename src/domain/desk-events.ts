/**
 * What staff do to an application beside moving it. `handling-changed` goes from one staff id to
 * another, `reviewers-wanted` from one number to another, reviews have the reviewer's id as their
 * `toValue`, pairs the other application's, tags the tag's, `original-opened` the document's kind.
 */
export const deskEventTypes = [
  'handling-changed',
  'reviewers-wanted',
  'review-claimed',
  'review-assigned',
  'review-returned',
  'review-recused',
  'recusal-undone',
  'review-submitted',
  'review-changed',
  'pair-linked',
  'pair-merged',
  'pair-set-apart',
  'pair-undone',
  'note-written',
  'note-edited',
  'note-deleted',
  'message-sent',
  'message-received',
  'request-made',
  'request-answered',
  'request-cancelled',
  'request-overdue',
  'hold-placed',
  'hold-lifted',
  'letter-held',
  'letter-recalled',
  'letter-edited',
  'letter-hurried',
  'letter-resent',
  'letter-cancelled',
  'tag-added',
  'tag-removed',
  'contributor-changed',
  'legal-name-revealed',
  'identity-revealed',
  'original-opened',
  'identity-unsealed',
] as const;
export type DeskEventType = (typeof deskEventTypes)[number];

/** What a form of the desk is about: what happened of this since it was shown makes it old. */
export const formSubjects = {
  stage: ['submitted', 'stage-changed'],
  letter: [
    'submitted',
    'stage-changed',
    'letter-recalled',
    'letter-edited',
    'letter-hurried',
    'letter-resent',
    'letter-cancelled',
  ],
  handling: ['handling-changed'],
  wanted: ['reviewers-wanted'],
  reviewers: [
    'review-claimed',
    'review-assigned',
    'review-returned',
    'review-recused',
    'recusal-undone',
  ],
  tags: ['tag-added', 'tag-removed'],
} as const;
export type FormSubject = keyof typeof formSubjects;

export function isDeskEvent(type: string): type is DeskEventType {
  return deskEventTypes.some((one) => one === type);
}

/** What would tie somebody whose name is hidden to an application that has a name. */
export function isPairEvent(type: string): boolean {
  return type.startsWith('pair-');
}

/** What only those who use tags are told of. */
export function isTagEvent(type: string): boolean {
  return formSubjects.tags.some((one) => one === type);
}
