/** Writes the texts of schemas/*.xsd into a module, since src/plugin reads no file. Run it after editing a schema. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { schemaModule } from '../src/plugin/schema/schema-module.ts';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const names = ['plugin.xsd', 'plugin-server.xsd', 'upgrade.xsd', 'lifecycle.xsd'];
const texts = Object.fromEntries(names.map((name) => [name, readFileSync(at(`schemas/${name}`), 'utf8')]));
writeFileSync(at('src/plugin/schema/schema-texts.ts'), schemaModule(texts));
