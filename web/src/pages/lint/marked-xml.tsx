import { xml } from '@codemirror/lang-xml';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import { useEffect, useRef } from 'react';
import type { LintReport } from '../../api/types.ts';

interface MarkedXmlProperties {
  readonly label: string;
  readonly text: string;
  /** The line to show; null: the first with a finding. */
  readonly line: number | null;
  readonly findings: LintReport['findings'];
}

const severities = { error: 'error', warning: 'warning', notice: 'info' } as const;

/** An XML text, not to be edited, with a marker at each line that has a finding. */
export default function MarkedXml({ label, text, line, findings }: MarkedXmlProperties) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!frame.current) return;
    const state = EditorState.create({
      doc: text,
      extensions: [
        basicSetup,
        xml(),
        lintGutter(),
        EditorState.readOnly.of(true),
        EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true' }),
        EditorView.theme({ '&': { maxHeight: '480px' }, '.cm-scroller': { overflow: 'auto' } }),
      ],
    });
    const view = new EditorView({ state, parent: frame.current });
    view.dispatch(setDiagnostics(view.state, diagnosticsIn(view.state, findings)));
    const shown = line ?? findings[0]?.where?.line ?? 1;
    const place = view.state.doc.line(Math.min(shown, view.state.doc.lines)).from;
    view.dispatch({ effects: EditorView.scrollIntoView(place, { y: 'center' }) });
    return () => view.destroy();
  }, [label, text, line, findings]);
  return <div ref={frame} />;
}

function diagnosticsIn(state: EditorState, findings: LintReport['findings']): Diagnostic[] {
  return findings.flatMap(({ where, severity, code, message, hint }) => {
    if (!where || where.line > state.doc.lines) return [];
    const line = state.doc.line(where.line);
    const from = Math.min(line.to, line.from + where.column - 1);
    return [
      { from, to: line.to, severity: severities[severity], message: `${code}: ${message}${hint ? ` → ${hint}` : ''}` },
    ];
  });
}
