import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import type { Problem } from '../../failure/index.ts';

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  notice: DiagnosticSeverity.Information,
} as const;

/** The linter's findings by the address of the file that each stands in; without a place they stand at its beginning. */
export function diagnosticsByFile(
  problems: readonly Problem[],
  folder: string,
  textOf: (file: string) => string | null,
): Map<string, Diagnostic[]> {
  const files = new Map<string, Diagnostic[]>();
  for (const { code, severity, message, hint, where } of problems) {
    const named = where?.file ?? 'plugin.xml';
    const file = isAbsolute(named) ? named : join(folder, named);
    const uri = pathToFileURL(file).href;
    const start = { line: Math.max(0, (where?.line ?? 1) - 1), character: Math.max(0, (where?.column ?? 1) - 1) };
    const line = textOf(file)?.split('\n', start.line + 1)[start.line] ?? '';
    const word = /^[^\s"'<>=/]+/.exec(line.slice(start.character))?.[0].length ?? 1;
    const list = files.get(uri) ?? [];
    files.set(uri, list);
    list.push({
      range: { start, end: { line: start.line, character: start.character + word } },
      severity: severities[severity],
      code,
      source: 'lockstep',
      message: hint === undefined ? message : `${message} → ${hint}`,
    });
  }
  return files;
}
