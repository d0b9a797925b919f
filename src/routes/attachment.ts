import type { ReceivedDocument } from '../db/documents.ts';
import { contentDisposition } from '../documents/names.ts';
import { documentTypes } from '../domain/document-types.ts';

/**
 * The headers of a file that a stranger has sent: it is saved and never shown, and were it shown
 * all the same it could neither run nor reach anything (ASVS 3.2.1, 3.4.4, 5.4.2, 14.3.2).
 */
export function attachmentHeaders(file: {
  name: string;
  mediaType: string;
  size: number;
}): Record<string, string> {
  return {
    'Content-Type': file.mediaType,
    'Content-Disposition': contentDisposition(file.name),
    'Content-Length': String(file.size),
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'X-Content-Type-Options': 'nosniff',
    // Compressed on the way it would lose its length, and a file is sent as it was received.
    'Cache-Control': 'no-store, no-transform',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
}

/** What a document is saved as: the name of a discreet person's file stays sealed, since it may be theirs. */
export const fileNameOf = (
  { reference }: { reference: string },
  { name, kind, type }: Pick<ReceivedDocument, 'name' | 'kind' | 'type'>,
): string => name || `${reference}-${kind}.${type}`;

/** A pasted text is ours and UTF-8; in what code page a text file was saved nobody knows. */
export function mediaTypeOf({ type, origin }: Pick<ReceivedDocument, 'type' | 'origin'>): string {
  return origin === 'text' ? `${documentTypes[type]}; charset=utf-8` : documentTypes[type];
}

/** A canonical UUID, the only form in which our addresses carry one. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/**
 * A body that takes the next piece only when the last one has gone, so that a slow reader costs no
 * memory. A fault is told and breaks the connection: a file cut short must not look whole.
 */
export function streamOf(
  pieces: AsyncGenerator<Buffer>,
  onFault: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await pieces.next();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          onFault(error);
          throw error;
        }
      },
      async cancel() {
        await pieces.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
