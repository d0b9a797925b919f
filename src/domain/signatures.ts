/** Code points of a signature. Longer is refused, never cut. */
export const signatureLimit = 500;
