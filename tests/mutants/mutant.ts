/** One protection taken away, as somebody might do it by mistake: a test that its row names has to notice. */
export type Mutant = {
  /** The row of docs/security.md. */
  number: string;
  /** What goes wrong, in a few words. */
  breaks: string;
  file: string;
  /** Stands once in the file. */
  find: string;
  /** Wrong code that still loads. */
  put: string;
};
