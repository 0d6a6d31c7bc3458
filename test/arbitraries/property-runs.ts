/**
 * How often a property is tried: `PROPERTY_RUNS` times (`npm run properties` says 10,000), else 200. What fails is told
 * with its seed as it is: shrinking a whole plugin with its processes takes longer than reading it.
 */
export const propertyRuns = { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 200), endOnFailure: true };
