/** What all mails in the editors' thread say after its first one. */
export type EditorsFacts = {
  /** The publication's name. */
  publication: string;
  reference: string;
  /** The applicant's name, in Latin letters where given. */
  name: string;
  /** The whole address of the application's page for staff. */
  link: string;
  /** Whether Reply-To leads to the applicant. */
  repliesReachApplicant: boolean;
};

/** Only for a thread that has no first mail: there it is that one's. */
export const editorsSubject = ({
  reference,
  name,
}: Pick<EditorsFacts, 'reference' | 'name'>): string => `[${reference}] ${name}`;

/** Where a reply to a mail in the editors' thread goes. */
export const replyHint = ({
  repliesReachApplicant,
}: Pick<EditorsFacts, 'repliesReachApplicant'>) =>
  repliesReachApplicant ? 'mail.notification.replyGoes' : 'mail.notification.replyNowhere';
