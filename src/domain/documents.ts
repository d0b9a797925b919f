/** What an application can hold; the names are the form's fields. */
export const documentKinds = ['cv', 'coverLetter', 'writingSample'] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** A file as it was sent, or text typed into the form and kept as a document like any other. */
export type DocumentOrigin = 'file' | 'text';

/** How many documents of a kind one application holds as files. */
export const fileLimits: Record<DocumentKind, number> = { cv: 1, coverLetter: 1, writingSample: 3 };

/** Characters that one pasted text may have: some 15,000 words. */
export const pastedTextLimit = 100_000;

/** What of an application's documents its applicant can change; `infected`: what the virus scanner has stopped. */
export type Changeable = 'all' | 'infected' | 'nothing';
