import ts from 'typescript';

const modules: Readonly<Record<string, readonly string[]>> = {
  'node:crypto': ['randomUUID', 'randomBytes', 'randomInt'],
  'node:timers/promises': ['setTimeout', 'setInterval', 'setImmediate'],
  'node:timers': ['setTimeout', 'setInterval', 'setImmediate'],
};
const globals = ['setTimeout', 'setInterval', 'setImmediate', 'fetch'];
const members = ['Date.now', 'Math.random', 'crypto.randomUUID', 'performance.now'];

/** Each place of a source text that takes the time, chance or another machine by itself, as `name:line`. */
export function placesPastThePorts(text: string): string[] {
  const source = ts.createSourceFile('it.ts', text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const own = new Set<string>();
  const note = (name: string, node: ts.Node): void => {
    found.push(`${name}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const bindings = node.importClause?.namedBindings;
      for (const one of bindings && ts.isNamedImports(bindings) ? bindings.elements : []) {
        const name = (one.propertyName ?? one.name).text;
        own.add(one.name.text);
        if (modules[node.moduleSpecifier.text]?.includes(name)) note(name, one);
      }
    }
    if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length)
      note('new Date()', node);
    if (ts.isPropertyAccessExpression(node) && members.includes(node.getText())) note(node.getText(), node);
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const name = node.expression.text;
      if (globals.includes(name) && !own.has(name)) note(name, node);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
