import { makeSample } from '../../documents/samples.ts';
import type { WholeDocument } from '../../documents/whole-documents.ts';
import type { DocumentType } from '../../domain/document-types.ts';
import { type DocumentKind, documentKinds } from '../../domain/documents.ts';
import type { Person } from './people.ts';
import type { Random } from './random.ts';
import { textOf, type WritingLanguage } from './texts.ts';

type WrittenDocument = Pick<
  WholeDocument,
  'kind' | 'origin' | 'position' | 'name' | 'type' | 'language' | 'bytes'
> & {
  /** What it says, and in which language. */
  said: { text: string; language: WritingLanguage };
};

// As newsrooms receive them: mostly PDF and Word.
const types: readonly DocumentType[] = ['pdf', 'pdf', 'pdf', 'docx', 'docx', 'odt', 'rtf', 'txt'];

const pastedNames: Record<DocumentKind, string> = {
  cv: 'cv.txt',
  coverLetter: 'cover-letter.txt',
  writingSample: 'writing-sample.txt',
};

/** Writes the materials of a person: one document of each kind, some of them as pasted text. */
export function writeDocuments(random: Random, person: Person): WrittenDocument[] {
  return documentKinds.map((kind) => writeDocument(random, person, kind));
}

function writeDocument(random: Random, person: Person, kind: DocumentKind): WrittenDocument {
  const isSample = kind === 'writingSample';
  // A sample was often published in another language than the one that somebody applies in.
  const language: WritingLanguage =
    isSample && random.chance(0.3) ? random.pick(['en', 'ru']) : person.writes;
  const text = textOf(kind, language, random.pick);
  const fill = (paragraph: string): string =>
    paragraph
      .replace('{name}', () => person.fullName)
      .replace('{place}', () => person.basedIn)
      .replace('{topics}', () => person.topics.join(', '));
  const paragraphs = text.paragraphs.map(fill);
  const said = { text: [text.title, ...paragraphs].join('\n\n'), language };
  const shared = { kind, position: 0, language: isSample ? language : null, said };
  if (kind !== 'cv' && random.chance(0.2)) {
    const pasted = [...(isSample ? [text.title] : []), ...paragraphs].join('\n\n');
    return {
      ...shared,
      origin: 'text',
      name: pastedNames[kind],
      type: 'txt',
      bytes: Buffer.from(pasted),
    };
  }
  const type = random.pick(types);
  return {
    ...shared,
    origin: 'file',
    name: `${text.title} – ${person.fullName}.${type}`,
    type,
    bytes: makeSample(type, { title: text.title, paragraphs }),
  };
}
