import {
  ColumnNode,
  type ColumnUpdateNode,
  type InsertQueryNode,
  type KyselyPlugin,
  type OperationNode,
  OperationNodeTransformer,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  PrimitiveValueListNode,
  type QueryId,
  TableNode,
  type UpdateQueryNode,
  ValueListNode,
  ValueNode,
  ValuesNode,
} from 'kysely';
import type { Tables } from '../tables.ts';
import { isSealedSetting, openedNames, sealedColumns, sealMark } from './sealed-columns.ts';
import type { Vault } from './vault.ts';

/** Whatever the text says: one that begins like a sealed one, as a YAML file may, is sealed too. */
export function sealText(vault: Vault, text: string): string {
  return text === '' ? text : sealMark + vault.seal(text);
}

/** What was written before sealing is as it was. */
export function openText(vault: Vault, text: string): string {
  return text.startsWith(sealMark) ? vault.open(text.slice(sealMark.length)) : text;
}

/** Seals on the way into `sealedColumns` and opens on the way out, so that no query has to think of it. */
export function sealQueries(vault: Vault): KyselyPlugin {
  const transformer = new Sealer(vault);
  return {
    transformQuery: ({ node, queryId }: PluginTransformQueryArgs) =>
      node.kind === 'InsertQueryNode' || node.kind === 'UpdateQueryNode'
        ? transformer.transformNode(node, queryId)
        : node,
    transformResult: async ({ result }: PluginTransformResultArgs) => {
      const first = result.rows[0];
      if (first === undefined) return result;
      for (const name of openedNames) {
        if (!(name in first)) continue;
        for (const row of result.rows) {
          const value = row[name];
          if (typeof value === 'string') row[name] = openText(vault, value);
        }
      }
      return result;
    },
  };
}

class Sealer extends OperationNodeTransformer {
  readonly #vault: Vault;
  #columns: readonly string[] = [];

  constructor(vault: Vault) {
    super();
    this.#vault = vault;
  }

  protected override transformInsertQuery(node: InsertQueryNode, id?: QueryId): InsertQueryNode {
    const columns = node.columns?.map(({ column }) => column.name) ?? [];
    const rows = node.values && ValuesNode.is(node.values) ? node.values.values : [];
    const valuesOf = (row: OperationNode): readonly unknown[] =>
      PrimitiveValueListNode.is(row)
        ? row.values
        : (row as ValueListNode).values.map((value) => (ValueNode.is(value) ? value.value : undefined));
    const key = rows[0] && valuesOf(rows[0])[columns.indexOf('key')];
    return this.#within(tableOf(node.into), key, () => {
      const sealed = new Set(this.#columns.map((name) => columns.indexOf(name)).filter((index) => index >= 0));
      const values = rows.map((row) =>
        PrimitiveValueListNode.is(row)
          ? PrimitiveValueListNode.create(row.values.map((value, at) => (sealed.has(at) ? this.#seal(value) : value)))
          : ValueListNode.create(
              (row as ValueListNode).values.map((value, at) =>
                sealed.has(at) && ValueNode.is(value) ? ValueNode.create(this.#seal(value.value)) : value,
              ),
            ),
      );
      const inner = super.transformInsertQuery(node, id);
      return sealed.size > 0 && rows.length > 0 ? { ...inner, values: ValuesNode.create(values) } : inner;
    });
  }

  protected override transformUpdateQuery(node: UpdateQueryNode, id?: QueryId): UpdateQueryNode {
    return this.#within(tableOf(node.table), undefined, () => super.transformUpdateQuery(node, id));
  }

  /** Of an update, and of an insert that meets a row that is there. */
  protected override transformColumnUpdate(node: ColumnUpdateNode, id?: QueryId): ColumnUpdateNode {
    const { column, value } = node;
    const isSealed = ColumnNode.is(column) && this.#columns.includes(column.column.name) && ValueNode.is(value);
    return super.transformColumnUpdate(
      isSealed ? { ...node, value: ValueNode.create(this.#seal(value.value)) } : node,
      id,
    );
  }

  #within<T>(table: string | undefined, key: unknown, work: () => T): T {
    const columns = sealedColumns[table as keyof Tables & string] ?? [];
    this.#columns = table === 'setting' && !isSealedSetting(key) ? [] : columns;
    try {
      return work();
    } finally {
      this.#columns = [];
    }
  }

  #seal(value: unknown): unknown {
    return typeof value === 'string' ? sealText(this.#vault, value) : value;
  }
}

function tableOf(node: OperationNode | undefined): string | undefined {
  return node && TableNode.is(node) ? node.table.identifier.name : undefined;
}
