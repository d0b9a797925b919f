import type { Frame } from '../layout.tsx';

/** What a form that begins a draft tells the script that proves that it may: where it is, what it says. */
export const proofParts = ({ t, asset }: Frame): Record<string, string> => ({
  'data-proof': asset('proof.js'),
  'data-proof-says': t('apply.proof'),
});
