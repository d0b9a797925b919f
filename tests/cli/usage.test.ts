import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { feder, federHere } from '../support/feder.ts';

// Never made: misuse is told before anything is opened.
const env = { DATA_DIR: path.join(tmpdir(), 'feder-usage-test-never-made') };

const usages = {
  migrate: 'feder migrate',
  staffAdd: 'feder staff add <email> --name <name> --role admin|editor|reviewer',
  staffList: 'feder staff list [--json]',
  staffDisable: 'feder staff disable <email>',
  staffReset: 'feder staff reset <email> [--json]',
  config: 'feder config [--json]',
  doctor: 'feder doctor [--dkim-selector <name>] [--json]',
  seed: 'feder seed --applications <n> [--seed <int>] [--yes-in-production] [--json]',
  backupForget: 'feder backup forget <file> [--json]',
  backup: 'feder backup <file> [--json]',
  restore: 'feder restore <file> [--json]',
  verify: 'feder verify [--json]',
};

describe('help', () => {
  test.each([[['help']], [['--help']], [['-h']]])(
    '%j lists every command with its usage',
    async (args) => {
      const { code, stdout, stderr } = await federHere(args, env);
      expect([code, stderr]).toEqual([0, '']);
      for (const usage of Object.values(usages)) expect(stdout).toContain(`  ${usage}`);
    },
  );

  test('lists nothing that is not built yet', async () => {
    const { stdout } = await federHere(['help'], env);
    const words = stdout.match(/(?<=^ {2}feder )\w+/gm);
    expect([...new Set(words)]).toEqual([
      'migrate',
      'staff',
      'config',
      'doctor',
      'seed',
      'export',
      'erase',
      'retention',
      'keys',
      'backup',
      'restore',
      'verify',
    ]);
  });

  test.each([[['verify', '--help']], [['help', 'verify']]])(
    '%j tells of one command',
    async (args) => {
      const ran = await federHere(args, env);
      expect(ran).toEqual({ code: 0, stdout: `Usage:\n  ${usages.verify}\n`, stderr: '' });
    },
  );

  test('the process itself ends with code 0, and with 2 for a command that is not there', async () => {
    const helped = await feder(['help'], env);
    expect([helped.code, helped.stderr]).toEqual([0, '']);
    const refused = await feder(['sed', '--applications', '1'], env);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('feder: there is no command "sed"\nUsage:\n');
  });
});

describe('misuse', () => {
  const add = ['staff', 'add', 'ana@example.org'];
  const full = [...add, '--name', 'Ana Example', '--role', 'editor'];
  test.each([
    [[], 'a command is missing', usages.migrate],
    [['intake'], '"intake" is not in this version', usages.migrate],
    [['doctor', 'smtp'], '"smtp" is one argument too many', usages.doctor],
    [['backup'], '<file> is missing', usages.backup],
    [['backup', 'forget'], '<file> is missing', usages.backupForget],
    [['restore', 'a', 'b'], '"b" is one argument too many', usages.restore],
    [['staff'], 'a word is missing after "staff"', usages.staffAdd],
    [['staff', 'remove'], '"remove" does not follow "staff"', usages.staffAdd],
    [['migrate', 'now'], '"now" is one argument too many', usages.migrate],
    [['migrate', '--force'], "unknown option '--force'", usages.migrate],
    [['verify', '--json=yes'], "option '--json' does not take an argument", usages.verify],
    [['staff', 'add'], '<email> is missing', usages.staffAdd],
    [add, '--name is missing', usages.staffAdd],
    [[...add, '--name'], "option '--name <value>' argument missing", usages.staffAdd],
    [[...add, '--name', ' \u200b '], '--name is empty', usages.staffAdd],
    [[...add, '--name', 'Ana'], '--role is missing', usages.staffAdd],
    [
      [...add, '--name', 'Ana', '--role', 'boss'],
      '--role is one of admin, editor, reviewer',
      usages.staffAdd,
    ],
    [[...full, '--language', 'xx'], '--language is one of en, de, ru, ka, hy, az', usages.staffAdd],
    [
      ['staff', 'add', 'ana', '--name', 'Ana', '--role', 'editor'],
      '"ana" is not an e-mail address',
      usages.staffAdd,
    ],
    [['staff', 'disable'], '<email> is missing', usages.staffDisable],
    [
      ['staff', 'reset', 'a@example.org', 'b@example.org'],
      '"b@example.org" is one argument too many',
      usages.staffReset,
    ],
    [['seed'], '--applications is missing', usages.seed],
    [
      ['seed', '--applications', '0'],
      '--applications is a whole number from 1 to 1000000',
      usages.seed,
    ],
    [
      ['seed', '--applications', '1e3'],
      '--applications is a whole number from 1 to 1000000',
      usages.seed,
    ],
    [
      ['seed', '--applications', '1000001'],
      '--applications is a whole number from 1 to 1000000',
      usages.seed,
    ],
    [['seed', '--applications', '5', '--seed', 'a'], '--seed is a whole number', usages.seed],
  ])('%j is answered by the reason, the usage and code 2', async (args, reason, usage) => {
    const { code, stdout, stderr } = await federHere(args, env);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.split('\n').slice(0, 2)).toEqual([`feder: ${reason}`, 'Usage:']);
    expect(stderr).toContain(`\n  ${usage}`);
    expect(existsSync(env.DATA_DIR)).toBe(false);
  });
});
