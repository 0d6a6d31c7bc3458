import type { Place, Problem } from '../../failure/index.ts';
import { findingCodes } from './finding-codes.ts';

const levels = { error: 'error', warning: 'warning', notice: 'note' } as const;

/**
 * Findings as a SARIF 2.1.0 log, for code scanning and editors. Paths become relative URIs with `/`; columns count
 * UTF-16 units from 1, as in `Place`.
 */
export function formatSarif(
  problems: readonly Problem[],
  {
    toolVersion,
    rules = findingCodes,
  }: { readonly toolVersion: string; readonly rules?: Readonly<Record<string, string>> },
) {
  const used = [...new Set(problems.map(({ code }) => code))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'lockstep',
            version: toolVersion,
            rules: used.map((id) => ({ id, shortDescription: { text: rules[id] ?? id } })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: problems.map(({ code, severity, message, hint, where }) => ({
          ruleId: code,
          ruleIndex: used.indexOf(code),
          level: levels[severity],
          message: { text: hint ? `${message} ${hint}` : message },
          locations: where ? [location(where)] : [],
        })),
      },
    ],
  } as const;
}

function location({ file, line, column }: Place) {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      region: { startLine: line, startColumn: column },
    },
  };
}

function uriOf(file: string): string {
  const path = file.replace(/\\/g, '/').replace(/^\.\//, '');
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${escaped}` : escaped;
}
