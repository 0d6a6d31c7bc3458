/** What came back. Status 0: nobody answered, or nothing that could be taken; `text` then says why. */
export interface LiveAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  /** How many there are of what is listed, where the server says so. */
  readonly total: number | null;
}
