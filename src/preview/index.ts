export { previewExitCode } from './exit-code.ts';
export type * from './preview.ts';
export { type PreviewRequest, previewServer } from './preview-server.ts';
export { openKeptAnswers } from './read/kept-answers.ts';
export { describePreview } from './report/describe-preview.ts';
export { previewCsv } from './report/preview-csv.ts';
export { previewHtml } from './report/preview-html.ts';
export { previewCodes, previewProblems } from './report/preview-problems.ts';
