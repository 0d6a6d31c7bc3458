import type { Mutation } from './mutation.ts';

const door = 'src/server/every-door.test.ts';
const values = 'src/service/processes/secure-values.ts';
const rest = 'src/server/sealed-at-rest.test.ts';
const vault = 'src/store/sealing/vault.ts';

export const secrets: readonly Mutation[] = [
  {
    what: 'secure values of steps are shown',
    file: values,
    find: 'isSet(item) && secrets.ofUse(use, name) ? hidden : item',
    replace: 'item',
    test: [door, 'gives whoever may edit an export with its secrets'],
  },
  {
    what: 'secure values of processes are shown',
    file: values,
    find: "if (isSet(value['value']) && isSecretProperty(value, secrets)) shown['value'] = hidden;",
    replace: '',
    test: [door, 'gives whoever may edit an export with its secrets'],
  },
  {
    what: 'an export is for everybody the same',
    file: values,
    find: "const whole = values && may(actor, 'process-edit');",
    replace: 'const whole = values;',
    test: [door, 'gives whoever may edit an export with its secrets'],
  },
  {
    what: 'a hidden value is put into any step of its name',
    file: values,
    find: '(one) => sameStepType(one, activity) && isSet(storedValue(one, name)),',
    replace: '(one) => isSet(storedValue(one, name)),',
    test: [door, 'uncovers no hidden value by editing'],
  },
  {
    what: 'a hidden value is put back where it is shown',
    file: values,
    find: "refuseShown(edited, hideSecrets(restored, await secretsIn(catalogue.store.db, [restored])), '', 'the process');",
    replace: '',
    test: [door, 'uncovers no hidden value by editing what says that it is one'],
  },
  {
    what: 'a secret is shown under another name of the process',
    file: values,
    find: " || (typeof value['name'] === 'string' && secrets.holds(value['value']));",
    replace: ';',
    test: [door, 'uncovers no hidden value by editing what says that it is one'],
  },
  {
    what: 'a hidden value is guessed among several',
    file: values,
    find: 'if (only && candidates.length === 1) return',
    replace: 'if (only) return',
    test: ['src/service/processes/secure-values.test.ts', 'are asked for again where two activities could be meant'],
  },
  {
    what: 'nothing is sealed on its way into the database',
    file: 'src/store/sealing/seal-queries.ts',
    find: "return text === '' ? text : sealMark + vault.seal(text);",
    replace: 'return text;',
    test: [rest, 'stand nowhere in the database'],
  },
  {
    what: 'imports are kept in clear',
    file: 'src/store/sealing/sealed-columns.ts',
    find: "import_shape: ['shape', 'text'],",
    replace: '',
    test: [rest, 'stand nowhere in the database'],
  },
  {
    what: 'rows of plans are kept in clear',
    file: 'src/store/bulk-statements.ts',
    find: "detail: 'sealed' }",
    replace: "detail: 'text' }",
    test: [rest, 'stand nowhere in the database'],
  },
  {
    what: 'what was replaced stays in the file',
    file: 'src/store/sqlite/return-space.ts',
    find: '  await sql`vacuum`.execute(db);\n  await sql`pragma wal',
    replace: '  await sql`pragma wal',
    test: [rest, 'that an older version left in clear'],
  },
  {
    what: 'a lost key is replaced by a new one',
    file: 'src/service/runs/run-key.ts',
    find: 'if (mine === null && (noted !== null || (await holdsSealed(store)))) throw keyLost(file);',
    replace: '',
    test: [rest, 'no new key takes the place of a lost one'],
  },
  {
    what: 'a sealed value is opened without checking that nobody changed it',
    file: vault,
    find: '        decipher.final();',
    replace: '',
    test: ['src/store/sealing/vault.test.ts', 'refuses a value that was changed'],
  },
  {
    what: 'a nonce is used for more than one value',
    file: vault,
    find: '    at += 12;',
    replace: '    at = 12;',
    test: ['src/store/sealing/vault.test.ts', 'never uses a nonce twice'],
  },
  {
    what: 'the key file is open to others',
    file: vault,
    find: "{ mode: 0o600, flag: 'wx' }",
    replace: "{ mode: 0o644, flag: 'wx' }",
    test: ['src/store/sealing/vault.test.ts', 'opens what it sealed'],
  },
  {
    what: 'secure values stand in logs of steps',
    file: 'src/run/step/mask.ts',
    find: 'if (needles.length === 0) return',
    replace: 'if (needles.length >= 0) return',
    test: ['src/run/step/mask.test.ts', 'finds values wherever the pieces'],
  },
  {
    what: 'addresses stand in the log with the tokens in them',
    file: 'src/server/http/log.ts',
    find: "path: hideSecrets(request.url.split('?', 1)[0]!)",
    replace: 'path: request.url',
    test: ['src/server/roles.test.ts', 'are taken from no address'],
  },
];
