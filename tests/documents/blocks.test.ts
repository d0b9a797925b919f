import { expect, it } from 'vitest';
import { sealOverhead } from '../../src/crypto.ts';
import { blockBytes, createBlocks, giveBack, takeBlock } from '../../src/documents/blocks.ts';

it('memory that was given back is used again, all of it', () => {
  const block = takeBlock();
  expect(block.length).toBe(blockBytes + sealOverhead);
  giveBack(block.subarray(0, 10));
  const again = takeBlock();
  expect(again.buffer).toBe(block.buffer);
  expect(again.length).toBe(block.length);
});

it('a crowd of uploads that is over leaves no more than 8 MB waiting for the next', () => {
  const crowd = Array.from({ length: 100 }, takeBlock);
  crowd.forEach(giveBack);
  const later = Array.from({ length: 100 }, takeBlock);
  expect(later.filter((one) => crowd.some(({ buffer }) => buffer === one.buffer))).toHaveLength(32);
});

it('collects pieces of any size into full blocks, and writes over those that need not be kept', () => {
  const source = Buffer.from(Array.from({ length: 3 * blockBytes + 7 }, (_, index) => index % 251));
  const blocks = createBlocks();
  const seen: { copy: Buffer; block: Buffer }[] = [];
  for (let at = 0; at < source.length; ) {
    if (blocks.isFull) {
      seen.push({ copy: Buffer.from(blocks.block), block: blocks.block });
      blocks.next({ keep: seen.length === 1 });
    }
    at += blocks.take(source.subarray(at, at + 10_007), 0);
  }
  expect(Buffer.concat([...seen.map(({ copy }) => copy), blocks.block]).equals(source)).toBe(true);
  const [first, second, third] = seen;
  expect(first!.block.equals(first!.copy)).toBe(true);
  expect(third!.block.buffer).toBe(second!.block.buffer);
});
