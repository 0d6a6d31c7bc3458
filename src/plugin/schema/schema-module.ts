/** The source of `schema-texts.ts` for these schemas, by file name. */
export function schemaModule(texts: Readonly<Record<string, string>>): string {
  const entries = Object.entries(texts).map(([name, text]) => `  '${name}': \`${inTemplate(text)}\`,\n`);
  return `// Written by scripts/embed-schemas.ts from schemas/*.xsd; edit those.\nexport const schemaTexts = {\n${entries.join('')}};\n`;
}

function inTemplate(text: string): string {
  return text.replace(/[\\`]|\$\{/g, '\\$&');
}
