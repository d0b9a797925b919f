import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { sharedBuffersFor, sizeOfCluster, usableMemory } from '../../src/db/embedded-memory.ts';

const mebibytes = (count: number): number => count * 1024 * 1024;
const gibibytes = (count: number): number => mebibytes(count * 1024);

test('PostgreSQL keeps more at hand where there is more, within its share of the memory', () => {
  const buffers = (data: number, memory: number): number =>
    sharedBuffersFor({ data, memory }) / mebibytes(1);
  expect(buffers(mebibytes(30), gibibytes(8))).toBe(64);
  expect(buffers(gibibytes(1), gibibytes(8))).toBe(64);
  expect(buffers(gibibytes(3), gibibytes(8))).toBe(192);
  expect(buffers(gibibytes(100), gibibytes(8))).toBe(512);
  expect(buffers(gibibytes(100), gibibytes(2))).toBe(256);
  expect(buffers(gibibytes(100), mebibytes(256))).toBe(64);
});

test('the size of a cluster is that of the files of its databases', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'feder-size-'));
  try {
    mkdirSync(path.join(dir, 'base', '5'), { recursive: true });
    writeFileSync(path.join(dir, 'base', '5', '2619'), Buffer.alloc(3000));
    writeFileSync(path.join(dir, 'base', '5', '2619_vm'), Buffer.alloc(500));
    writeFileSync(path.join(dir, 'PG_VERSION'), '18\n');
    expect(sizeOfCluster(dir)).toBe(3500);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('there is some memory', () => {
  expect(usableMemory()).toBeGreaterThan(mebibytes(64));
});
