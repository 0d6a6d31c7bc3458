import { LockstepError } from '../../failure/index.ts';
import { type ExportedProcess, isRecord, type ProcessDocument, readExport } from '../../process/index.ts';
import type { LiveAnswer } from './live-answer.ts';
import { answerName, readAnswer } from './read-answer.ts';

/** Every process in an export, read as an import reads it; an export without any is no fault. */
export function processesIn(
  answer: LiveAnswer,
): { readonly processes: readonly ExportedProcess[] } | { readonly fault: string } {
  if (answer.status !== 200 || !answer.text.includes('rootActivity')) {
    const { value, fault } = readAnswer(answer);
    if (fault !== null) return { fault };
    return isRecord(value) || Array.isArray(value) ? { processes: [] } : { fault: 'its answer is no export' };
  }
  try {
    return { processes: readExport(answer.text, answerName(answer)).processes };
  } catch (error) {
    if (error instanceof LockstepError) return { fault: error.message };
    throw error;
  }
}

/** The one process that was asked for; servers wrap it or not. */
export function processIn(answer: LiveAnswer): { readonly document: ProcessDocument } | { readonly fault: string } {
  const found = processesIn(answer);
  if ('fault' in found) return found;
  const [first] = found.processes;
  return first ? { document: first.document } : { fault: 'its answer holds no process' };
}
