/** What an applicant may send: the file name's extension, and the media type it is served with. */
export const documentTypes = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  odt: 'application/vnd.oasis.opendocument.text',
  rtf: 'application/rtf',
  txt: 'text/plain',
} as const satisfies Record<string, string>;

export type DocumentType = keyof typeof documentTypes;

/** The allowed extensions, lower-case and without the dot, in the order they are shown. */
export const allowedExtensions = Object.keys(documentTypes) as readonly DocumentType[];

/**
 * What a refused file can turn out to be. Each word (and each `DocumentType`, when the content does
 * not agree with the name) is a key for the sentence that the reader is shown.
 */
export const foreignKinds = [
  'archive',
  'audio',
  'djvu',
  'docm',
  'epub',
  'executable',
  'html',
  'image',
  'mail',
  'pages',
  'postscript',
  'presentation',
  'spreadsheet',
  'template',
  'video',
  'word-97',
  'xml',
  'zip',
] as const;

export type ForeignKind = (typeof foreignKinds)[number];
export type DetectedKind = DocumentType | ForeignKind;

/** The word for a kind in messages, whose choices can't have hyphens. */
export const messageWordOf = (kind: DetectedKind): string => kind.replace('-', '');

/** Why a file can't be taken. */
export const documentProblems = [
  'empty',
  'wrong-type',
  'mismatch',
  'password-protected',
  'damaged',
] as const;

export type DocumentProblem = (typeof documentProblems)[number];

export function isDocumentType(word: string): word is DocumentType {
  return Object.hasOwn(documentTypes, word);
}
