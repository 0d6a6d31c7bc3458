import type { Context } from 'node:vm';

/** What may follow at the end of a line: names, their acts, and plugin ids inside quotes. */
export function completeLine(
  line: string,
  context: Context,
  pluginIds: readonly string[],
): [candidates: string[], typed: string] {
  const quoted = /(?:plugins\s*(?:\.\w+\s*\(|\[)\s*)(['"])([^'"]*)$/.exec(line);
  if (quoted) {
    const typed = quoted[2]!;
    return [pluginIds.filter((id) => id.startsWith(typed)), typed];
  }
  const member = /([A-Za-z_]\w*)\.(\w*)$/.exec(line);
  if (member) {
    const [, name = '', typed = ''] = member;
    const object = context[name] as object | undefined;
    const acts = object && typeof object === 'object' ? Object.keys(object) : [];
    return [acts.filter((act) => act.startsWith(typed)).map((act) => `${act}(`), typed];
  }
  const [typed = ''] = /[A-Za-z_]\w*$/.exec(line) ?? [];
  return [Object.keys(context).filter((name) => name.startsWith(typed)), typed];
}
