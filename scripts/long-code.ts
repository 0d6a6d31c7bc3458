import ts from 'typescript';

export const mostLines = { function: 120, file: 400 };

/** Functions of a source text that are longer than one reads in a go, as `name: lines`; and `file: lines` where it is. */
export function longCode(text: string, path: string): Map<string, number> {
  const found = new Map<string, number>();
  const lines = text.trimEnd().split('\n').length;
  if (lines <= mostLines.function) return found;
  if (lines > mostLines.file) found.set('file', lines);
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const first = source.getLineAndCharacterOfPosition(node.getStart()).line;
      const length = source.getLineAndCharacterOfPosition(node.end).line - first + 1;
      if (length > mostLines.function) found.set(nameOf(node), length);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function nameOf({ name, parent }: ts.SignatureDeclaration): string {
  const named = name ?? (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) ? parent.name : undefined);
  return named?.getText() ?? 'a function';
}
