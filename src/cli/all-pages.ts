const most = 1000;

/** Every item of a list that is answered in pages. */
export async function allPages<Item>(
  read: (page: { readonly offset: number; readonly limit: number }) => Promise<{ readonly items: readonly Item[] }>,
): Promise<Item[]> {
  const all: Item[] = [];
  for (;;) {
    const { items } = await read({ offset: all.length, limit: most });
    all.push(...items);
    if (items.length < most) return all;
  }
}
