/** A document without what tells of its making. */
export type Copy = {
  bytes: Buffer;
  /** Pictures that were left out, since what is in them can't be told. */
  lost: number;
};

/** The document is sound, but has something of which we can't make a faithful copy. */
export class UncopiableDocument extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'UncopiableDocument';
  }
}
