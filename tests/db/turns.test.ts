import { expect, it } from 'vitest';
import { createTurns } from '../../src/db/turns.ts';

const createGate = () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};
const settle = () => new Promise((resolve) => setImmediate(resolve));

it('runs as many at once as allowed, the others in their order', async () => {
  const inTurn = createTurns({ atOnce: 2, waiting: 9 });
  const gates = Array.from({ length: 5 }, createGate);
  const started: number[] = [];
  const all = gates.map((gate, i) =>
    inTurn(async () => {
      started.push(i);
      await gate.opened;
      return i;
    }),
  );
  await settle();
  expect(started).toEqual([0, 1]);
  gates[1]!.open();
  await all[1];
  await settle();
  expect(started).toEqual([0, 1, 2]);
  // Whoever comes now waits behind the two that run, the one that took over included.
  const late = inTurn(async () => {
    started.push(9);
    return 'late';
  });
  await settle();
  expect(started).toEqual([0, 1, 2]);
  for (const gate of gates) gate.open();
  expect(await late).toBe('late');
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4]);
  expect(started).toEqual([0, 1, 2, 3, 4, 9]);
});

it('gives the turn on when work fails', async () => {
  const inTurn = createTurns({ atOnce: 1, waiting: 9 });
  const failing = inTurn(() => Promise.reject(new Error('broken')));
  const next = inTurn(async () => 'done');
  await expect(failing).rejects.toThrow('broken');
  expect(await next).toBe('done');
});

it('refuses whoever would make the queue too long', async () => {
  const inTurn = createTurns({ atOnce: 1, waiting: 1 });
  const gate = createGate();
  const running = inTurn(() => gate.opened);
  const waiting = inTurn(async () => 'waited');
  await expect(inTurn(async () => 'too late')).rejects.toMatchObject({ code: 'unavailable' });
  gate.open();
  await running;
  expect(await waiting).toBe('waited');
  expect(await inTurn(async () => 'free again')).toBe('free again');
});
