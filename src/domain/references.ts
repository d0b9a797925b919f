/** True for what may be a human reference, in any case. */
export const isReference = (text: string): boolean => /^F-[0-9A-Z]{6}$/i.test(text);
