import { findRoomLackOnce } from '../../actions/check-storage.ts';
import type { PrivatePage } from '../../actions/open-private-page.ts';
import { findLack } from '../../actions/open-upload.ts';
import { watchForCrash } from '../../db/crash-watch.ts';
import { listDocuments } from '../../db/documents.ts';
import type { Deps } from '../../deps.ts';
import { receiveDocument } from '../../documents/store.ts';
import { documentKinds, fileLimits } from '../../domain/documents.ts';
import type { FilePart } from '../multipart.ts';
import type { Arrival } from '../public/receive-files.ts';

/**
 * Streams the files of one request to an application, held back until it is decided about them.
 * `beside`: they replace nothing, and the limits are those of one request.
 */
export async function createDocumentIntake(
  { db, clock, config }: Pick<Deps, 'db' | 'clock' | 'config'>,
  { application: { id, discreet }, key }: PrivatePage,
  { beside = false }: { beside?: boolean } = {},
) {
  const held = (await listDocuments(db, id)).filter((one) => one.origin === 'file');
  const arrivals: Arrival[] = [];
  const hasCrashed = watchForCrash(db);
  const findLackOfRoom = findRoomLackOnce({ db, clock });
  let sampleInputs = 0;

  const receive = async ({ field, name, bytes }: FilePart): Promise<void> => {
    const kind = documentKinds.find((one) => one === field);
    if (!kind) return;
    // Empty inputs count: the languages of the samples come in the order of the inputs.
    const position = kind === 'writingSample' ? sampleInputs++ : 0;
    if (name === '') return;
    const here = arrivals.filter(({ outcome }) => outcome.ok);
    const counted = beside ? here : [...held, ...here];
    const isSecond = beside && fileLimits[kind] === 1 && here.some((one) => one.kind === kind);
    const lack: Arrival['outcome'] | undefined = isSecond
      ? { ok: false, lack: 'too-many' }
      : (findLack(counted, kind, config.maxFiles) ?? (await findLackOfRoom()));
    if (lack) {
      arrivals.push({ kind, position, outcome: lack });
      return;
    }
    const last = Math.max(
      -1,
      ...held.filter((one) => one.kind === kind).map((one) => one.position),
    );
    const outcome = await receiveDocument(
      db,
      {
        ...{ applicationId: id, key, kind, origin: 'file', name, language: null },
        sealsName: discreet,
        position: last + 1 + position,
        maxBytes: config.maxFileBytes,
        held: true,
      },
      bytes,
      clock.now(),
    );
    arrivals.push({ kind, position, outcome });
  };

  const listArrived = (): string[] =>
    arrivals.flatMap(({ outcome }) => (outcome.ok ? [outcome.id] : []));

  return { arrivals, receive, listArrived, hasCrashed };
}
