/** So that spreadsheets take it for UTF-8. */
export const byteOrderMark = '\uFEFF';

/** What a spreadsheet would calculate instead of showing (OWASP, CSV injection). */
const formula = /^[=+\-@\t\r]/;

/** One cell (RFC 4180). What begins like a formula gets an apostrophe before it, which spreadsheets hide. */
function cell(text: string): string {
  const shown = formula.test(text) ? `'${text}` : text;
  return /[",\r\n;\t]/.test(shown) || shown !== text ? `"${shown.replaceAll('"', '""')}"` : shown;
}

/** One line of a table. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}
