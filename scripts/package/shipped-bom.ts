import { npm } from '../npm.ts';
import type { ShippedPackage } from './shipped-packages.ts';

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly scope?: string;
  readonly properties?: readonly { readonly name: string }[];
}

interface Bom {
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
  readonly metadata: { readonly component: Component };
}

/** What the product contains, as CycloneDX with the lock's digests: npm's list of everything, less what only builds and tests. */
export async function shippedBom(packages: readonly ShippedPackage[]): Promise<Bom> {
  const { code, out, err } = await npm(['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only']);
  if (code !== 0) throw new Error(`npm cannot write it (npm 10 or later is needed): ${err.trim()}`);
  const all = JSON.parse(out) as Bom;
  const shipped = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const components = all.components.filter(({ name, version }) => shipped.has(`${name}@${version}`));
  const missing = shipped.size - new Set(components.map(({ name, version }) => `${name}@${version}`)).size;
  if (missing > 0) throw new Error(`npm does not list ${missing} of the packages that the product contains`);
  const product = all.metadata.component['bom-ref'];
  const refs = new Set([product, ...components.map((component) => component['bom-ref'])]);
  return {
    ...all,
    // to npm they are there for development; in the product they are required
    components: components.map(({ scope: _, properties: __, ...component }) => ({ ...component, scope: 'required' })),
    dependencies: all.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((name) => refs.has(name)) })),
  };
}
