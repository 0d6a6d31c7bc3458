/** Lets one caller at a time have the connection, in the order of asking. */
export class Turns {
  #last: Promise<void> = Promise.resolve();
  #end: (() => void) | undefined;

  async begin(): Promise<void> {
    const before = this.#last;
    let end!: () => void;
    this.#last = new Promise((done) => {
      end = done;
    });
    await before;
    this.#end = end;
  }

  end(): void {
    this.#end?.();
  }
}
