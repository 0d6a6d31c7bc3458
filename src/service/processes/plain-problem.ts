import type { Imported } from '../../api/processes.ts';
import type { Problem } from '../../failure/index.ts';

/** A problem as the API shows it. */
export function plainProblem({ code, severity, message, hint, where }: Problem): Imported['problems'][number] {
  return { code, severity, message, ...(hint !== undefined && { hint }), ...(where && { where: { ...where } }) };
}
