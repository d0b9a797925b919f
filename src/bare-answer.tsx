import { STATUS_CODES } from 'node:http';
import { languages, type MessageKey, translatorFor } from './i18n.ts';

const reasons = {
  HPE_HEADER_OVERFLOW: { status: 431, key: 'bare.tooLong' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, key: 'bare.tooSlow' },
} as const satisfies Record<string, { status: number; key: MessageKey }>;

const isKnown = (code: string | undefined): code is keyof typeof reasons =>
  code !== undefined && Object.hasOwn(reasons, code);

/**
 * The whole answer, head and body, to what never became a request: Node says by a code what was
 * wrong. Since nothing of it can be trusted, not even a language, it is said in all.
 */
export function answerBare(code: string | undefined): string {
  const { status, key } = isKnown(code)
    ? reasons[code]
    : { status: 400, key: 'bare.unreadable' as const };
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Feder</title>
      </head>
      <body>
        <main>
          <h1>Feder</h1>
          {languages.map((language) => (
            <p lang={language}>{translatorFor(language)(key)}</p>
          ))}
        </main>
      </body>
    </html>
  );
  const body = `<!doctype html>${String(page)}`;
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: text/html; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    'Cache-Control: no-store',
    "Content-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options: nosniff',
    'X-Frame-Options: DENY',
    'Referrer-Policy: same-origin',
    '',
    body,
  ].join('\r\n');
}
