import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { eraseApplication } from '../actions/erase-application.ts';
import { exportApplication } from '../actions/export-application.ts';
import { findByReference } from '../db/applications.ts';
import { findIdByReference } from '../db/erasure.ts';
import type { StreamedFile } from '../documents/zip-stream.ts';
import { AppError, OperatorError } from '../errors.ts';
import { type Command, parseArguments, printJson, requireOption } from './command.ts';
import { createProgress } from './progress.ts';
import { openForReading, openWorkplace } from './workplace.ts';

const json = { type: 'boolean' } as const;

const unknown = (reference: string): OperatorError =>
  new OperatorError(`There is no application ${reference}.`);

export const exportCommand: Command = {
  name: 'export',
  synopsis: '<reference> --out <dir> [--json]',
  summary:
    'write everything that an applicant may have of an application, reviews included, into a folder',
  async run(args, shell) {
    const { values, named } = parseArguments(args, {
      names: ['reference'],
      options: { out: { type: 'string' }, json },
    });
    const out = path.resolve(requireOption(values.out, 'out'));
    const reference = named.reference.toUpperCase();
    const workplace = await openForReading(shell);
    const application = await findByReference(workplace.db, reference);
    if (!application) throw unknown(reference);
    const key = workplace.keys.unwrapKey(application.id, application.wrapped);
    const files = await exportApplication(workplace, { application, key, reviews: true });
    const inTheWay = files.find(({ name }) => existsSync(path.join(out, name)));
    if (inTheWay) {
      throw new OperatorError(
        `${path.join(out, inTheWay.name)} is there already. Name an empty folder.`,
      );
    }
    const progress = createProgress(shell.stderr, 'Exporting');
    for (const [index, file] of files.entries()) {
      await writeFile(path.join(out, file.name), file, shell.signal);
      progress.show(index + 1, files.length);
    }
    progress.clear();
    const names = files.map(({ name }) => name);
    if (values.json) printJson(shell, { reference, out, files: names });
    else shell.stdout.write(`Exported ${reference} to ${out}: ${names.length} files.\n`);
    return 0;
  },
};

/** For its owner's eyes, like the folder it is in. */
async function writeFile(to: string, { read }: StreamedFile, signal: AbortSignal): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true, mode: 0o700 });
  const stream = createWriteStream(to, { flags: 'wx', mode: 0o600, signal });
  const done = finished(stream);
  done.catch(() => {});
  try {
    for await (const bytes of read()) {
      if (!stream.write(bytes)) await Promise.race([once(stream, 'drain'), done]);
    }
  } finally {
    stream.end();
  }
  await done;
}

const questionAbout = (reference: string): string =>
  `This erases ${reference} with its documents and messages for good. Type ${reference} to do it: `;

export const erase: Command = {
  name: 'erase',
  synopsis: '<reference> [--yes] [--json]',
  summary:
    'erase an application or a draft with all data about its person, for good; asks on a terminal, unless --yes',
  async run(args, shell) {
    const { values, named } = parseArguments(args, {
      names: ['reference'],
      options: { yes: { type: 'boolean' }, json },
    });
    const reference = named.reference.toUpperCase();
    const workplace = await openWorkplace(shell);
    const id = await findIdByReference(workplace.db, reference);
    if (id === undefined) throw unknown(reference);
    // A script that names an application means it; only a person at a terminal is asked.
    if (
      !values.yes &&
      shell.ask &&
      (await shell.ask(questionAbout(reference)))?.toUpperCase() !== reference
    ) {
      throw new OperatorError('Nothing was erased.');
    }
    const erased = await eraseApplication(workplace, { id, actor: 'system' }).catch(
      (error: unknown) => {
        if (!(error instanceof AppError && error.code === 'on-hold')) throw error;
        throw new OperatorError(`${reference} is on legal hold: lift it on its page first.`);
      },
    );
    if (!erased) throw unknown(reference);
    if (values.json) printJson(shell, { reference, erased: true });
    else shell.stdout.write(`${reference} is erased. Backups made before still hold it.\n`);
    return 0;
  },
};
