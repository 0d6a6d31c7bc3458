/** One step of the schema. Applied once, in order of `number`, and never edited after a release. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly statements: (types: ColumnTypes) => readonly string[];
}

/** What databases spell differently. */
export interface ColumnTypes {
  /** A column that numbers its rows by itself. */
  readonly id: string;
  /** Table suffix for rows kept in the order of their key. */
  readonly keyed: string;
}
