/** As much of a browser as signing in takes: it keeps cookies of each site and path, and goes where it is sent. */
export class TestBrowser {
  readonly #places: ReadonlyMap<string, string>;
  readonly #cookies = new Map<string, { readonly value: string; readonly path: string }>();
  /** Every address it was sent to. */
  readonly visited: string[] = [];

  /** `places`: address that others see → where it really listens. */
  constructor(places: Readonly<Record<string, string>> = {}) {
    this.#places = new Map(Object.entries(places));
  }

  /** Opens an address without going where the answer sends it. */
  async open(address: string, init: RequestInit = {}): Promise<Response> {
    this.visited.push(address);
    const url = new URL(address);
    const cookies = [...this.#cookies]
      .filter(([key, { path }]) => key.startsWith(`${url.origin} `) && url.pathname.startsWith(path))
      .map(([key, { value }]) => `${key.slice(url.origin.length + 1)}=${value}`);
    const answer = await fetch(this.#real(address), {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, ...(cookies.length > 0 && { cookie: cookies.join('; ') }) },
    });
    for (const line of answer.headers.getSetCookie()) this.#keep(url.origin, line);
    return answer;
  }

  /** Goes on until an answer is a page, or `stop` wants to see the address first. */
  async go(address: string, stop: (address: string) => boolean = () => false): Promise<string> {
    for (let hops = 0, at = address; hops < 20; hops++) {
      if (hops > 0 && stop(at)) return at;
      const answer = await this.open(at);
      await answer.body?.cancel();
      const next = answer.headers.get('location');
      if (next === null) return at;
      at = new URL(next, at).href;
    }
    throw new Error(`It goes round and round: ${this.visited.slice(-5).join(' → ')}`);
  }

  cookie(name: string): string | undefined {
    return [...this.#cookies].find(([key]) => key.endsWith(` ${name}`))?.[1].value;
  }

  #real(address: string): string {
    for (const [seen, real] of this.#places) if (address.startsWith(seen)) return real + address.slice(seen.length);
    return address;
  }

  #keep(origin: string, line: string): void {
    const [first = '', ...rest] = line.split(';').map((part) => part.trim());
    const at = first.indexOf('=');
    const key = `${origin} ${first.slice(0, at)}`;
    const value = first.slice(at + 1);
    const attributes = new Map(
      rest.map((part) => {
        const [name = '', is = ''] = part.split('=', 2);
        return [name.toLowerCase(), is] as const;
      }),
    );
    if (value === '' || attributes.get('max-age') === '0') this.#cookies.delete(key);
    else this.#cookies.set(key, { value, path: attributes.get('path') ?? '/' });
  }
}
