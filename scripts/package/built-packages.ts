import { existsSync, readFileSync } from 'node:fs';
import type { ShippedPackage } from './shipped-packages.ts';

const list = new URL('../../dist/packages.json', import.meta.url);

/** The packages of others that the last build put into the product; null before any build. */
export function builtPackages(): ShippedPackage[] | null {
  return existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as ShippedPackage[]) : null;
}
