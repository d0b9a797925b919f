import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lookAtScanner } from '../../src/commands/doctor/look-at-scanner.ts';
import { createScanner } from '../../src/documents/clamd.ts';
import { eicar, startClamd, type TestClamd } from '../support/clamd.ts';
import { makeDocxWith } from '../support/documents.ts';
import { hasClamd, startRealClamd } from '../support/real-clamd.ts';

let clamd: TestClamd;
beforeAll(async () => {
  clamd = await startClamd();
});
afterAll(() => clamd.stop());
beforeEach(() => {
  clamd.mode = 'well';
  clamd.received = [];
});

async function* inPieces(bytes: Buffer, size = 65_536): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const never = new AbortController().signal;
const scan = (bytes: Buffer, signal = never) =>
  createScanner(clamd.address, { idleMs: clamd.mode === 'hangs' ? 300 : 20_000 }).scan(
    inPieces(bytes),
    signal,
  );

describe('a scanner', () => {
  it('gets a document whole and says nothing of what is clean', async () => {
    const bytes = Buffer.alloc(3_000_000, 'The river was late. ');
    expect(await scan(bytes)).toBe(null);
    expect(await scan(Buffer.alloc(0))).toBe(null);
    expect(clamd.received.map((one) => one.length)).toEqual([3_000_000, 0]);
    expect(clamd.received[0]!.equals(bytes)).toBe(true);
  });

  it('5.4.3: names EICAR where it is in it', async () => {
    expect(await scan(Buffer.concat([Buffer.alloc(100_000), eicar]))).toBe('Eicar-Test-Signature');
  });

  it.each([
    ['hangs', 'timed-out'],
    ['babbles', 'refused'],
    ['floods', 'refused'],
    ['limits', 'too-large'],
    ['drops', 'away'],
    ['fails', 'refused'],
  ] as const)('that %s has said nothing: %s', async (mode, code) => {
    clamd.mode = mode;
    await expect(scan(Buffer.alloc(1_000_000))).rejects.toMatchObject({ code });
  });

  it('that is not there, or no socket, has said nothing', async () => {
    for (const address of [{ host: '127.0.0.1', port: 1 }, { path: '/nowhere/clamd.ctl' }]) {
      const scanner = createScanner(address);
      await expect(scanner.scan(inPieces(eicar), never)).rejects.toMatchObject({ code: 'away' });
      await expect(scanner.ping(never)).rejects.toMatchObject({ code: 'away' });
    }
  });

  it('tells by a word whether it is there', async () => {
    const scanner = createScanner(clamd.address, { idleMs: 300 });
    await scanner.ping(never);
    clamd.mode = 'babbles';
    await expect(scanner.ping(never)).rejects.toMatchObject({ code: 'refused' });
  });

  it('is looked at by feder doctor where there is to be one', async () => {
    expect(await lookAtScanner({ clamd: null })).toEqual([]);
    expect(await lookAtScanner({ clamd: clamd.address })).toMatchObject([{ state: 'ok' }]);
    expect(await lookAtScanner({ clamd: { path: '/nowhere' } })).toMatchObject([
      { about: 'scanner', state: 'fault', text: expect.stringContaining('(away)') },
    ]);
  });

  it('is left when nobody waits any more, and what the bytes fail with is told', async () => {
    clamd.mode = 'hangs';
    const stopping = new AbortController();
    const waiting = scan(eicar, stopping.signal);
    stopping.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    async function* broken(): AsyncGenerator<Buffer> {
      yield eicar;
      throw new Error('no more');
    }
    await expect(createScanner(clamd.address).scan(broken(), never)).rejects.toThrow('no more');
  });
});

// Where the distribution's scanner is installed, as `.ci/run` sees to, it has the last word.
if (hasClamd()) {
  it('5.4.3: what clamd itself finds is found, what is too large for it is told, and the rest is clean', async () => {
    const real = await startRealClamd();
    try {
      const scanner = createScanner({ path: real.path });
      await scanner.ping(never);
      expect(await scanner.scan(inPieces(eicar), never)).toBe('Own.Eicar.UNOFFICIAL');
      const packed = makeDocxWith((part) =>
        part.name === 'word/document.xml' ? { ...part, data: eicar } : part,
      );
      expect(await scanner.scan(inPieces(packed), never)).toBe('Own.Eicar.UNOFFICIAL');
      expect(await scanner.scan(inPieces(Buffer.alloc(1_000_000)), never)).toBe(null);
      await expect(scanner.scan(inPieces(Buffer.alloc(9_000_000)), never)).rejects.toMatchObject({
        code: expect.stringMatching(/^(too-large|away)$/),
      });
    } finally {
      await real.stop();
    }
  }, 60_000);
}
