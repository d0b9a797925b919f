const echoMs = 1_000;

/**
 * Calls `stop` at the first of the signals, and `hurry` when one follows from someone who does not
 * want to wait. What comes within a second is an echo: npm passes on what the terminal sent us too.
 */
export function listenForStop<Signal extends NodeJS.Signals>(
  signals: readonly Signal[],
  { stop, hurry }: Record<'stop' | 'hurry', (signal: Signal) => void>,
): void {
  let since: number | undefined;
  for (const signal of signals) {
    process.on(signal, () => {
      if (since === undefined) {
        since = performance.now();
        stop(signal);
      } else if (performance.now() - since > echoMs) hurry(signal);
    });
  }
}
