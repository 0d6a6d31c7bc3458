import { readAddress } from './address.ts';
import { addresses } from './addresses.ts';
import type { AnyCall, AnyInput, Client, Resource } from './client.ts';

/** A client whose calls all go one way. */
export function clientOf(call: AnyCall): Client {
  const resources = Object.entries<Readonly<Record<string, string>>>(addresses).filter(([name]) => name !== 'events');
  const client = resources.map(([resource, lines]) => [
    resource,
    Object.fromEntries(
      Object.entries(lines).map(([name, line]) => [
        name,
        (input: AnyInput = {}) => call(readAddress(line), input, { resource: resource as Resource, name }),
      ]),
    ),
  ]);
  return Object.fromEntries(client) as Client;
}
