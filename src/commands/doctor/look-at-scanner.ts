import type { Config } from '../../config.ts';
import { createScanner, ScannerFailure } from '../../documents/clamd.ts';
import type { Finding } from './finding.ts';

const answerWithinMs = 10_000;

/** Whether the virus scanner answers, where there is to be one. */
export async function lookAtScanner({ clamd }: Pick<Config, 'clamd'>): Promise<Finding[]> {
  const about = 'scanner';
  if (clamd === null) return [];
  try {
    await createScanner(clamd, { idleMs: answerWithinMs }).ping(new AbortController().signal);
    return [{ about, state: 'ok', text: 'clamd answers.' }];
  } catch (error) {
    if (!(error instanceof ScannerFailure)) throw error;
    const text = `clamd does not answer (${error.code}): documents wait, and no editor can open them.`;
    return [{ about, state: 'fault', text }];
  }
}
