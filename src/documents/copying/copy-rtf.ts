import { type ControlWord, readWord } from '../reading/rtf.ts';
import { deletingWords } from '../reading/rtf-words.ts';
import type { Copy } from './copy.ts';
import { isHarmlessField } from './fields.ts';
import { cleanRtfPicture } from './rtf-pictures.ts';

/** Properties, people, comments, other programs' data and what is fetched or run. */
const dropped = new Set([
  ...['info', 'nonshppict', 'annotation', 'atnid', 'atnauthor', 'atntime', 'atnref', 'atndate'],
  ...['atrfstart', 'atrfend', 'atnicn', 'atnparent', 'filetbl', 'revtbl', 'private'],
]);
/** What a reader may pass over and we know to be of the text or its looks; all else of the kind is left out. */
const ignorable = new Set([
  ...['shppict', 'shpinst', 'pn', 'listtable', 'listoverridetable', 'cs', 'ts', 'tsrowd', 'panose'],
  ...['falt', 'fldinst', 'bkmkstart', 'bkmkend', 'ftnsep', 'ftnsepc', 'aftnsep', 'aftnsepc', 'ud'],
  ...['nesttableprops', 'background', 'do', 'defchp', 'defpap', 'mmath', 'moMath', 'moMathPara'],
  ...['pnseclvl1', 'pnseclvl2', 'pnseclvl3', 'pnseclvl4', 'pnseclvl5', 'pnseclvl6', 'pnseclvl7'],
]);
const dropsWord =
  /rsid|^(?:revised|revauth|revdttm|revauthdel|revdttmdel|crauth|crdate|mvauth|mvdate|mvt|revprot|annotprot|objupdate|objautlink|result)$/;
/** Properties of a picture that name the file it came from, or where a click leads. */
const tellingProperty =
  /^\\sp\s*\{\\sn\s+(?:pibName|wzDescription|wzName|wzTooltip|pihlShape|wzScript\w*|metroBlob)\b/;
type Group = {
  /** `object`: nothing but the picture of an embedded object; `math`: whatever is in it. */
  place: 'kept' | 'dropped' | 'object' | 'math';
  deleted: boolean;
};

/**
 * An RTF file (specification 1.9.1) without its properties, comments, people, numbers of editing sessions,
 * deleted text, objects and fields that fetch or start something. A file that does not end is ended.
 */
export function copyRtf(bytes: Buffer): Copy {
  const source = bytes.toString('latin1');
  const text = /[^{}\\]+/y;
  const out: string[] = [];
  const stack: Group[] = [];
  let group: Group = { place: 'kept', deleted: false };
  let lost = 0;
  let at = 0;
  const isKept = (): boolean => group.place === 'kept' || group.place === 'math';

  // A word ends with what follows it. What is left out behind one must not let two words grow together.
  let isOpenWord = false;
  const emit = (piece: string): void => {
    if (isOpenWord && !source.startsWith(piece, wordEnd)) out.push(' ');
    out.push(piece);
    isOpenWord = false;
  };
  let wordEnd = 0;

  const open = (): void => {
    stack.push(group);
    group = { ...group };
    const destination = readDestination(source, at);
    const { word, isIgnorable } = destination;
    if (group.place === 'object' && word === 'result') group.place = 'kept';
    if (!isKept()) return;
    if (word === 'pict' || word === 'fldinst') {
      const end = endOfGroup(source, at);
      const inner = source.slice(at, end);
      at = end;
      group.place = 'dropped';
      if (stack.at(-1)!.deleted) return;
      if (word === 'fldinst') emit(`{${isHarmless(inner) ? inner : '\\*\\fldinst '}}`);
      else {
        const picture = cleanRtfPicture(inner);
        if (picture === null) lost += 1;
        else emit(`{${picture}}`);
      }
      return;
    }
    if (word.startsWith('moMath')) group.place = 'math';
    const isUnknown = isIgnorable && !ignorable.has(word) && group.place !== 'math';
    const isTelling = tellingProperty.test(source.slice(at, at + 200));
    if (dropped.has(word) || isUnknown || isTelling) group.place = 'dropped';
    else if (word === 'object') group.place = 'object';
    else emit('{');
  };

  const close = (): boolean => {
    if (isKept()) emit('}');
    group = stack.pop() ?? group;
    return stack.length > 0;
  };

  const control = ({ word, number, end }: ControlWord): void => {
    const from = at - 1;
    at = word === 'bin' ? end + Math.max(0, number ?? 0) : end;
    if (deletingWords.has(word)) group.deleted = number !== 0;
    else if (word === 'plain') group.deleted = false;
    if (!isKept() || deletingWords.has(word) || dropsWord.test(word)) return;
    const isText = word === 'u' || word === 'bin';
    if (group.deleted && isText) return;
    emit(source.slice(from, at));
    isOpenWord = word !== 'bin' && source[at - 1] !== ' ';
    wordEnd = at;
  };

  while (at < source.length) {
    text.lastIndex = at;
    const run = text.exec(source)?.[0];
    if (run !== undefined) {
      at += run.length;
      if (isKept() && !group.deleted) emit(run);
      continue;
    }
    const character = source[at]!;
    at += 1;
    if (character === '{') open();
    else if (character === '}') {
      if (!close()) break;
    } else if (/[a-z]/i.test(source[at] ?? '')) control(readWord(source, at));
    else {
      const length = source[at] === "'" ? 3 : 1;
      // `\*` belongs to the beginning of a group, which has been judged.
      const isMark = source[at] === '*';
      if (isKept() && (!group.deleted || isMark)) emit(source.slice(at - 1, at + length));
      at += length;
    }
  }
  while (stack.length > 0) close();
  return { bytes: Buffer.from(out.join(''), 'latin1'), lost };
}

function readDestination(source: string, at: number): { word: string; isIgnorable: boolean } {
  const start = /^\s*(\\\*\s*)?\\([a-zA-Z]{1,32})(\d{0,3})/.exec(source.slice(at, at + 80));
  const [, mark, word = '', digits = ''] = start ?? [];
  return { word: word === 'pnseclvl' ? word + digits : word, isIgnorable: mark !== undefined };
}

/** Where the group ends whose inside begins at `from`. */
function endOfGroup(source: string, from: number): number {
  let depth = 0;
  for (let at = from; at < source.length; at += 1) {
    const character = source[at];
    if (character === '\\') {
      const isWord = /[a-z]/i.test(source[at + 1] ?? '');
      const word = isWord ? readWord(source, at + 1) : undefined;
      at = word?.word === 'bin' ? word.end + Math.max(0, word.number ?? 0) - 1 : at + 1;
    } else if (character === '{') depth += 1;
    else if (character === '}') {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return source.length;
}

const isHarmless = (inner: string): boolean =>
  isHarmlessField(
    inner.replace(/\\\\|\\\*|\\[a-zA-Z]{1,32}-?\d{0,10} ?|[{}]/g, (token) =>
      token === '\\\\' ? '\\' : '',
    ),
  );
