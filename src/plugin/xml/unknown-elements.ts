import type { Problem } from '../../failure/index.ts';
import type { XmlElement } from './element.ts';

/** A warning for each element that its parent does not know; what is in it is not looked at. Parents that are not listed may hold any element. */
export function unknownElements(parent: XmlElement, known: Readonly<Record<string, readonly string[]>>): Problem[] {
  const allowed = known[parent.name];
  if (!allowed) return parent.children.flatMap((child) => unknownElements(child, known));
  return parent.children.flatMap((child) =>
    allowed.includes(child.name)
      ? unknownElements(child, known)
      : [
          {
            code: 'element-unknown',
            severity: 'warning' as const,
            message: `<${child.name}> is not known inside <${parent.name}> and is left aside.`,
            hint: allowed.length > 0 ? `Known here: ${allowed.join(', ')}.` : 'Delete it.',
            where: child.at,
          },
        ],
  );
}
