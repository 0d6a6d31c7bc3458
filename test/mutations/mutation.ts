/** One protection, broken: the text that carries it, what stands there instead, and the test that must notice. */
export interface Mutation {
  /** What is lost, as a short sentence. */
  readonly what: string;
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** A test file, and words of the title of the test in it that must fail. */
  readonly test: readonly [file: string, title: string];
}
