/**
 * How often a property is tried: `PROPERTY_RUNS` times (`npm run properties` says 10,000), else 200. What fails is told
 * with its seed as it is: shrinking a whole plugin with its processes takes longer than reading it.
 */
export const propertyRuns = runsOf(200);

/** The same for a property whose cases take longer: `usual` times. */
export function runsOf(usual: number) {
  return { numRuns: Number(process.env['PROPERTY_RUNS'] ?? usual), endOnFailure: true };
}
