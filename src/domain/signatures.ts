/** Code points of a signature. Longer is refused, never cut. */
export const signatureLimit = 500;

/** How somebody signs letters and messages: as they have said, else with their name. */
export const signatureOf = ({ signature, name }: { signature: string; name: string }): string =>
  signature === '' ? name : signature;
