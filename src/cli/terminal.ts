/** What a command may say while it works. Results go to stdout by the frame, the story goes to stderr from here. */
export interface Terminal {
  /** A person is there to answer. */
  readonly interactive: boolean;
  readonly json: boolean;
  note(text: string): void;
  /** Shows `done` of `total`; total null: unknown. Redrawn in place on a terminal; elsewhere nobody waits for it. */
  progress(label: string, done: number, total: number | null): void;
  /** Ends the progress line. */
  progressEnd(): void;
  /** Asks yes or no; without a person the answer is `--yes` or a usage error. */
  confirm(question: string, yes: boolean): Promise<boolean>;
  /** Asks for one of the choices; rejects with `usage` when nobody is there. */
  choose(question: string, choices: readonly { readonly value: string; readonly label: string }[]): Promise<string>;
  ask(question: string, options?: { readonly secret?: boolean }): Promise<string>;
}
