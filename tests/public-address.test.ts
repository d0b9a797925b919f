import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeHold } from '../src/db/embedded-holder.ts';
import { announcePublicUrl, findPublicUrl } from '../src/public-address.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'feder-address-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const fileIn = () => path.join(dataDir, 'public-url');

test('the address of a server is believed as long as it holds the data directory', async () => {
  const { hold } = (await takeHold(dataDir, 'server'))!;
  const takeBack = announcePublicUrl(dataDir, 'http://localhost:4711');
  expect(findPublicUrl(dataDir)).toBe('http://localhost:4711');
  const left = readFileSync(fileIn());
  takeBack();
  expect(findPublicUrl(dataDir)).toBeUndefined();

  // A killed server takes nothing back.
  writeFileSync(fileIn(), left);
  hold.release();
  expect(findPublicUrl(dataDir)).toBeUndefined();
});

test('neither a command nor the next server makes a stale address good again', async () => {
  const first = (await takeHold(dataDir, 'server'))!;
  announcePublicUrl(dataDir, 'http://localhost:4711');
  first.hold.release();
  const command = (await takeHold(dataDir, 'command'))!;
  expect(findPublicUrl(dataDir)).toBeUndefined();
  command.hold.release();
  const next = (await takeHold(dataDir, 'server'))!;
  expect(findPublicUrl(dataDir)).toBeUndefined();
  announcePublicUrl(dataDir, 'http://localhost:4712');
  expect(findPublicUrl(dataDir)).toBe('http://localhost:4712');
  next.hold.release();
});
