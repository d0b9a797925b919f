/** Groups that hold no text of the document itself. Those that begin with \* are passed over anyway. */
export const ignoredDestinations: ReadonlySet<string> = new Set([
  ...['colortbl', 'stylesheet', 'info', 'pict', 'nonshppict', 'object', 'objdata', 'listtable'],
  ...[
    'listoverridetable',
    'revtbl',
    'filetbl',
    'themedata',
    'datastore',
    'latentstyles',
    'xmlnstbl',
  ],
  ...['footer', 'footerl', 'footerr', 'footerf', 'annotation', 'private', 'xe', 'tc'],
]);

/** Text that was deleted, or moved elsewhere, while changes were recorded. */
export const deletingWords: ReadonlySet<string> = new Set(['deleted', 'mvf']);

/** What control words and symbols stand for. */
export const rtfCharacters: Readonly<Record<string, string>> = {
  ...{
    par: '\n\n',
    sect: '\n\n',
    page: '\n\n',
    row: '\n\n',
    line: '\n',
    '\n': '\n\n',
    '\r': '\n\n',
  },
  ...{ tab: '\t', cell: '\n', nestcell: '\n', emspace: ' ', enspace: ' ', qmspace: ' ' },
  ...{ emdash: '—', endash: '–', bullet: '•', lquote: '‘', rquote: '’' },
  ...{ ldblquote: '“', rdblquote: '”' },
  ...{ '~': '\u00a0', _: '-', '{': '{', '}': '}', '\\': '\\' },
};

// By the charset of a font (\fcharsetN); what needs more bytes for a letter is among them.
const charsets: Readonly<Record<number, string>> = {
  ...{ 0: 'windows-1252', 128: 'shift_jis', 129: 'euc-kr', 134: 'gbk', 136: 'big5' },
  ...{ 161: 'windows-1253', 162: 'windows-1254', 177: 'windows-1255', 178: 'windows-1256' },
  ...{ 186: 'windows-1257', 204: 'windows-1251', 222: 'windows-874', 238: 'windows-1250' },
};
const pages: Readonly<Record<number, string>> = {
  ...{
    866: 'ibm866',
    874: 'windows-874',
    932: 'shift_jis',
    936: 'gbk',
    949: 'euc-kr',
    950: 'big5',
  },
  ...{ 10000: 'macintosh', 10007: 'x-mac-cyrillic', 20866: 'koi8-r', 65001: 'utf-8' },
};

/** The label of a code page by its number; Windows-1252 where we know none. */
export function codePageOf(page: number | undefined): string {
  if (page !== undefined && page >= 1250 && page <= 1258) return `windows-${page}`;
  return pages[page ?? 0] ?? 'windows-1252';
}

/** The label for a font's charset; undefined where the document's own code page holds. */
export function charsetOf(charset: number | undefined): string | undefined {
  return charsets[charset ?? 1];
}
