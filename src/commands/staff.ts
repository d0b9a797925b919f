import { returnClaims } from '../actions/return-claims.ts';
import { dropSecondFactor } from '../auth/staff-access.ts';
import {
  addStaff,
  disableStaff,
  listStaff,
  resetStaff,
  type StaffEntry,
} from '../auth/staff-accounts.ts';
import { getPublication } from '../db/calls.ts';
import { findStaffByEmail } from '../db/staff.ts';
import { parseEmailAddress } from '../domain/email-address.ts';
import { enrolmentLink } from '../domain/enrolment-link.ts';
import { type Role, roles } from '../domain/permissions.ts';
import { cleanLine, lengthOf } from '../domain/text.ts';
import { AppError, OperatorError } from '../errors.ts';
import { isLanguage, type Language, languages } from '../i18n.ts';
import {
  type Command,
  Misuse,
  parseArguments,
  printJson,
  requireOption,
  type Shell,
} from './command.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

const json = { type: 'boolean' } as const;

export const staffAdd: Command = {
  name: 'staff add',
  synopsis: `<email> --name <name> --role ${roles.join('|')} [--language ${languages.join('|')}] [--json]`,
  summary: 'add a person to the staff; prints the link with which they choose a password, once',
  async run(args, shell) {
    const string = { type: 'string' } as const;
    const { values, named } = parseArguments(args, {
      names: ['email'],
      options: { name: string, role: string, language: string, json },
    });
    const email = readEmail(named.email);
    const name = cleanLine(requireOption(values.name, 'name'));
    if (name === '') throw new Misuse('--name is empty');
    const role = readRole(requireOption(values.role, 'role'));
    const wanted = values.language === undefined ? undefined : readLanguage(values.language);
    const workplace = await openWorkplace(shell);
    const { db, clock } = workplace;
    const language = wanted ?? (await publicationLanguage(workplace));
    const added = addStaff(db, { email, name, role, language, now: clock.now() });
    const token = await explain(added, {
      conflict: `${email} has an account already. A new link for it: feder staff reset ${email}`,
    });
    printLink(shell, workplace, { email, token, json: values.json });
    return 0;
  },
};

export const staffList: Command = {
  name: 'staff list',
  synopsis: '[--json]',
  summary: 'list the staff',
  async run(args, shell) {
    const { values } = parseArguments(args, { options: { json } });
    const { db } = await openWorkplace(shell);
    const staff = await listStaff(db);
    if (values.json) printJson(shell, { staff });
    else if (staff.length === 0) shell.stderr.write('There is no staff yet.\n');
    else shell.stdout.write(formatTable(staff.map(cellsOf)));
    return 0;
  },
};

export const staffDisable: Command = {
  name: 'staff disable',
  synopsis: '<email> [--last-admin] [--json]',
  summary: 'end a person’s password, sessions and links; the last admin’s only with --last-admin',
  async run(args, shell) {
    const { values, named } = parseArguments(args, {
      names: ['email'],
      options: { json, 'last-admin': { type: 'boolean' } },
    });
    const { db, clock } = await openWorkplace(shell);
    const { email } = named;
    const keepAdmin = !values['last-admin'];
    await explain(disableStaff(db, { email, now: clock.now(), keepAdmin }), {
      ...notFound(email),
      conflict: `${email} is the last admin who can sign in: without one nobody edits calls or the publication. Add another first (feder staff add), or say --last-admin. Nobody was disabled.`,
    });
    const staff = await findStaffByEmail(db, cleanLine(email));
    if (staff) await returnClaims({ db, clock }, staff.id);
    if (values.json) printJson(shell, { email, disabled: true });
    else shell.stdout.write(`${email} is disabled.\n`);
    return 0;
  },
};

export const staffReset: Command = {
  name: 'staff reset',
  synopsis: '<email> [--json]',
  summary:
    'end a person’s password and sessions; prints the link for a new password. The second factor stays',
  async run(args, shell) {
    const { values, named } = parseArguments(args, {
      names: ['email'],
      options: { json },
    });
    const workplace = await openWorkplace(shell);
    const { db, clock } = workplace;
    const { email } = named;
    const token = await explain(resetStaff(db, { email, now: clock.now() }), {
      ...notFound(email),
      conflict: `${email} is disabled. "feder staff add" brings a person back.`,
    });
    printLink(shell, workplace, { email, token, json: values.json });
    return 0;
  },
};

export const staffDropFactor: Command = {
  name: 'staff drop-factor',
  synopsis: '<email> [--json]',
  summary: 'take away a second factor that a person has lost, and end their sessions; tells them',
  async run(args, shell) {
    const { values, named } = parseArguments(args, { names: ['email'], options: { json } });
    const workplace = await openWorkplace(shell);
    const { email } = named;
    const dropped = dropSecondFactor(workplace, { email, now: workplace.clock.now() });
    await explain(dropped, {
      ...notFound(email),
      conflict: `${email} has no second factor, or is disabled. Nothing was changed.`,
    });
    if (values.json) printJson(shell, { email, secondFactor: false });
    else shell.stdout.write(`${email} has no second factor any more and is signed out.\n`);
    return 0;
  },
};

function printLink(
  shell: Shell,
  { publicUrl }: Workplace,
  { email, token, json: asJson }: { email: string; token: string; json: boolean | undefined },
): void {
  const link = enrolmentLink(publicUrl, token);
  if (new URL(publicUrl).port === '0') {
    shell.stderr.write('PORT is 0: in the link, put the port that the server printed.\n');
  }
  if (asJson) {
    printJson(shell, { email, link });
    return;
  }
  shell.stderr.write(`${email} can choose a password here, once, within 24 hours:\n`);
  shell.stdout.write(`${link}\n`);
}

function readEmail(text: string): string {
  const email = parseEmailAddress(cleanLine(text));
  if (email === undefined) throw new Misuse(`"${text}" is not an e-mail address`);
  return email;
}

function readRole(text: string): Role {
  const role = roles.find((one) => one === text);
  if (role === undefined) throw new Misuse(`--role is one of ${roles.join(', ')}`);
  return role;
}

function readLanguage(text: string): Language {
  if (!isLanguage(text)) throw new Misuse(`--language is one of ${languages.join(', ')}`);
  return text;
}

async function publicationLanguage({ db }: Workplace): Promise<Language> {
  const { language } = await getPublication(db);
  return isLanguage(language) ? language : 'en';
}

const notFound = (email: string) => ({ 'not-found': `There is no staff member ${email}.` });

/** Says in the words of this command what went wrong. */
async function explain<T>(
  act: Promise<T>,
  words: Partial<Record<AppError['code'], string>>,
): Promise<T> {
  try {
    return await act;
  } catch (error) {
    const sentence = error instanceof AppError ? words[error.code] : undefined;
    throw sentence === undefined ? error : new OperatorError(sentence, { cause: error });
  }
}

const cellsOf = (entry: StaffEntry): string[] => [
  entry.email,
  entry.name,
  entry.role,
  entry.language,
  entry.state,
  entry.secondFactor ? 'second factor' : '',
];

/** Columns as wide as their longest cell. */
function formatTable(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => lengthOf(row[column] ?? ''))),
  );
  const line = (row: string[]): string =>
    row.map((cell, column) => cell + ' '.repeat(widths[column]! - lengthOf(cell))).join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}
