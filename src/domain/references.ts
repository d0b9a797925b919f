/** True for what an application's reference looks like, in capitals. */
export const isReference = (text: string): boolean => /^F-[0-9A-Z]{6}$/.test(text);
