/**
 * What a row of the list is marked with. `late`: the day of the promised reply is over. `awaiting`: the
 * applicant was asked for something, and nothing is decided. `wrote`: nobody who may answer has opened what they wrote.
 * `active`: a document can act. `unscanned`: one waits for the virus scanner. `infected`: one did not pass it. `duplicate`: it may be the same person's as another one.
 */
export const listFlags = [
  'late',
  'awaiting',
  'wrote',
  'active',
  'unscanned',
  'infected',
  'duplicate',
] as const;
export type ListFlag = (typeof listFlags)[number];
