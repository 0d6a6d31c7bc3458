interface Given {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

interface Modelled extends Given {
  readonly writes: boolean;
  /** FOR UPDATE: from here on the transaction is alone, which is more than PostgreSQL promises and allows no other outcome. */
  readonly locks: boolean;
  /** SKIP LOCKED: rows that somebody else holds are not among the answers. */
  readonly skips: boolean;
  readonly table: string;
  /** For people. */
  readonly label: string;
}

const known = new Map<string, Omit<Modelled, 'parameters'>>();

/** What SQLite runs in the place of a statement that may be meant for PostgreSQL. */
export function modelled({ sql, parameters }: Given): Modelled {
  let made = known.get(sql);
  if (!made) {
    made = describe(sql);
    known.set(sql, made);
  }
  const arrays = parameters.some(Array.isArray);
  const given = arrays ? parameters.map((one) => (Array.isArray(one) ? JSON.stringify(one) : one)) : parameters;
  return { ...made, parameters: given };
}

function describe(sql: string): Omit<Modelled, 'parameters'> {
  const locking = / for update(?: of "\w+")?( skip locked)?\s*$/.exec(sql);
  const plain = (locking ? sql.slice(0, locking.index) : sql).replace(
    /= any\((\?\d*)::bigint\[\]\)/g,
    'in (select value from json_each($1))',
  );
  const [, verb = sql.slice(0, 20), table = ''] =
    /^\s*(select|insert|update|delete)\b[\s\S]*?(?:from|into|update)?\s+"(\w+)"/i.exec(
      plain.replace(/^select[\s\S]*?from/i, 'select from'),
    ) ?? [];
  return {
    sql: plain,
    writes: verb.toLowerCase() !== 'select',
    locks: locking !== null,
    skips: locking?.[1] !== undefined,
    table,
    label: `${verb.toLowerCase()} ${table}${locking ? ' for update' : ''}`,
  };
}
