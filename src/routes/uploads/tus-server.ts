import { createHash, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { DataStore, Server, Upload } from '@tus/server';
import { finishUpload, removeUpload } from '../../actions/finish-upload.ts';
import { assertOpen } from '../../actions/open-draft.ts';
import type { Lack } from '../../actions/open-upload.ts';
import { openName } from '../../db/discreet.ts';
import { findUpload, type StoredUpload, takeUpload } from '../../db/uploads.ts';
import type { Deps } from '../../deps.ts';
import type { Refusal } from '../../documents/store.ts';
import type { Passes } from '../../documents/upload-pass.ts';
import { type Checksum, type HeldUpload, receiveBytes } from '../../documents/uploads.ts';
import { AppError } from '../../errors.ts';
import { keepPace } from '../pace.ts';
import { createLocker, type Holdings } from './locker.ts';

/** What is kept between requests: forgetting it costs time, never bytes. */
export type Memory = { holdings: Holdings; passes: Passes };

/** One request as the protocol's server needs it. */
export type TusRequest = {
  /** The secret of the upload's address. */
  token: string;
  /** The upload behind the address; undefined while none was made. */
  stored: StoredUpload | undefined;
  checksum: string | undefined;
  /** Makes the upload that a POST asks for. */
  create(wish: {
    holder: string;
    length: number;
    metadata: Record<string, string | null>;
  }): Promise<HeldUpload & Pick<StoredUpload, 'kind'>>;
  /** Hears of a failure of ours, which the package may take for a lost connection. */
  onFailure(error: unknown): void;
  /** What a refusal is answered with. */
  refuse(refusal: Refusal | Lack, kind: StoredUpload['kind']): Error;
};

/** A failure that the protocol has a status of its own for. */
export function tusError(status: number, body: string): Error {
  return Object.assign(new Error(body), { status_code: status, body: `${body}\n` });
}

/** Failures of the package are such objects, errors or not. */
export function isTusError(error: unknown): error is { status_code: number; body: string } {
  return typeof error === 'object' && error !== null && 'status_code' in error;
}

/** The algorithms of `Upload-Checksum`; the protocol asks for the first. */
export const checksumAlgorithms = ['sha1', 'sha256'] as const;

/** The checksum extension of tus 1.0, which the package leaves to its store. */
function readChecksum(header: string | undefined): Checksum | undefined {
  if (header === undefined) return undefined;
  const [name = '', value = ''] = header.split(' ');
  const algorithm = checksumAlgorithms.find((one) => one === name);
  if (!algorithm || value === '') throw tusError(400, 'Unsupported Upload-Checksum');
  return { hash: createHash(algorithm), expected: Buffer.from(value, 'base64') };
}

/** The same bytes, and whether it was their source that failed rather than whoever read them. */
function watchSource(source: Readable) {
  let failed = false;
  // Destroying it when reading stops would tell the package of a lost connection instead of why.
  const bytes = source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  return {
    hasFailed: () => failed,
    bytes: (async function* () {
      try {
        yield* bytes;
      } catch (error) {
        failed = true;
        throw error;
      }
    })(),
  };
}

/** The protocol's server for one request, over our own store and lock. */
export function createTusServer(
  deps: Pick<Deps, 'db' | 'keys' | 'clock' | 'config'>,
  { holdings, passes }: Memory,
  method: string,
  { token, stored: found, checksum, create, onFailure, refuse }: TusRequest,
): Server {
  const { db, keys, clock, config } = deps;
  const holder = randomUUID();
  let stored = found;
  let held: (HeldUpload & Pick<StoredUpload, 'kind'>) | undefined;

  const take = async (): Promise<void> => {
    if (!stored) return;
    if (method === 'HEAD') {
      // Whoever was busy with it may have stored more meanwhile.
      stored = await findUpload(db, stored.tokenHash);
      return;
    }
    const { documentId, applicationId, kind, length, wrapped } = stored;
    const taken = await takeUpload(db, stored.tokenHash, holder);
    if (!taken) throw new AppError('not-found');
    const key = keys.unwrapKey(applicationId, wrapped);
    const { name } = openName(key, { ...stored, id: documentId });
    held = { documentId, applicationId, key, kind, name, length, holder, ...taken };
  };

  const write = async (
    upload: NonNullable<typeof held>,
    bytes: AsyncIterable<Buffer>,
  ): Promise<number> => {
    if (upload.received === upload.length) return upload.length;
    const reception = await receiveBytes(db, upload, bytes, {
      passes,
      now: clock.now,
      checksum: readChecksum(checksum),
    });
    if (reception.state === 'mismatch') throw tusError(460, 'Checksum mismatch');
    if (reception.state === 'more') return reception.received;
    const finished = await finishUpload(deps, upload, reception.whole);
    if (!finished.ok) throw refuse(finished, upload.kind);
    return upload.length;
  };

  const store = Object.assign(new DataStore(), {
    extensions: ['creation', 'creation-with-upload', 'termination', 'checksum'],
    async create(upload: Upload): Promise<Upload> {
      const { size = 0, metadata = {} } = upload;
      held = await create({ holder, length: size, metadata });
      return upload;
    },
    async getUpload(): Promise<Upload> {
      if (!stored) throw new AppError('not-found');
      if (stored.state === 'receiving') assertOpen({ application: stored }, clock.now());
      const { length, kind, name, language } = stored;
      const metadata = { kind, filename: name, language };
      const offset = held?.received ?? stored.received;
      return new Upload({ id: token, size: length, offset, metadata });
    },
    async write(stream: Readable): Promise<number> {
      const watched = watchSource(stream);
      try {
        return await write(held!, keepPace(watched.bytes));
      } catch (error) {
        if (!watched.hasFailed()) onFailure(error);
        throw error;
      }
    },
    async remove(): Promise<void> {
      if (stored) await removeUpload(deps, stored);
    },
  });

  return new Server({
    path: '/uploads',
    relativeLocation: true,
    datastore: store,
    locker: createLocker(holdings, take),
    // Only until the old connection's bytes that are here already are stored.
    lockDrainTimeout: 1,
    namingFunction: () => token,
    getFileIdFromRequest: () => token,
    // Told in OPTIONS only: a file that is too big is refused in words, before it is made.
    maxSize: (_, id) => (id === null ? config.maxFileBytes : 0),
  });
}
