/** One part of a `multipart/form-data` body; with a name it is a file. */
export type Part = { field: string; name?: string; bytes: Buffer };

export const boundary = '----feder-test-boundary';

const quoteName = (text: string): string =>
  text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

/** A body as browsers write it (RFC 7578), and the header that goes with it. */
export function createMultipart(parts: readonly Part[]): { contentType: string; body: Buffer } {
  const pieces = parts.flatMap(({ field, name, bytes }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${quoteName(field)}"` +
        (name === undefined
          ? ''
          : `; filename="${quoteName(name)}"\r\nContent-Type: application/octet-stream`) +
        '\r\n\r\n',
    ),
    bytes,
    Buffer.from('\r\n'),
  ]);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
  };
}
