import type { Mutation } from './mutation.ts';

const hostile = 'src/package/hostile-archives.test.ts';
const care = 'src/service/care/care.test.ts';
const trust = 'src/repository/trust/trust.test.ts';
const verify = 'src/repository/trust/verify-offer.ts';
const folder = 'src/store/data-folder.test.ts';

export const input: readonly Mutation[] = [
  {
    what: 'a name steers the terminal',
    file: 'src/cli/plain-text.ts',
    find: "replaceAll('\\r\\n', '\\n').replace(steering, written)",
    replace: "replaceAll('\\r\\n', '\\n')",
    test: ['src/cli/plain-text.test.ts', 'is written out'],
  },
  {
    what: 'a name in a package climbs out',
    file: 'src/package/safe-name.ts',
    find: "if (raw.split(/[/\\\\]/).includes('..')) return 'climbs out with \"..\"';",
    replace: '',
    test: [hostile, ''],
  },
  {
    what: 'a name in a package is absolute',
    file: 'src/package/safe-name.ts',
    find: "return 'has an absolute path';",
    replace: 'return null;',
    test: [hostile, ''],
  },
  {
    what: 'a link in a package leaves it',
    file: 'src/package/tree-collector.ts',
    find: 'checkLinks(this.#archive, tree.entries);',
    replace: '',
    test: [hostile, ''],
  },
  {
    what: 'hard links multiply a file without counting',
    file: 'src/package/tree-collector.ts',
    find: 'this.#countBytes(path, bytes.length);',
    replace: '',
    test: [hostile, 'multiplies a file by hard links'],
  },
  {
    what: 'a package holds any number of entries',
    file: 'src/package/tree-collector.ts',
    find: 'if (this.#count > this.#limits.maxEntries) {',
    replace: 'if (this.#count < 0) {',
    test: [hostile, 'holds more entries than allowed'],
  },
  {
    what: 'a package holds any number of bytes',
    file: 'src/package/tree-collector.ts',
    find: 'if (this.#bytes > this.#limits.maxBytes) {',
    replace: 'if (this.#bytes < 0) {',
    test: [hostile, 'holds more bytes than allowed'],
  },
  {
    what: 'a file of a package runs as its owner',
    file: 'src/package/read-tar.ts',
    find: '(header.mode ?? 0o644) & 0o777',
    replace: '(header.mode ?? 0o644)',
    test: [hostile, 'drops set-user-id bits'],
  },
  {
    what: 'XML declares entities',
    file: 'src/plugin/xml/read-xml.ts',
    find: "parser.on('doctype', () => {",
    replace: "parser.on('comment', () => {",
    test: ['src/plugin/xml/faults.test.ts', 'an entity bomb'],
  },
  {
    what: 'JSON nests without end',
    file: 'src/plugin/json-depth.ts',
    find: 'if (++depth > deepestJson) return at;',
    replace: 'depth++;',
    test: ['src/server/http/read-json-body.test.ts', 'refuses what nests deeper'],
  },
  {
    what: 'a document that is no process is stored',
    file: 'src/process/parse-document.ts',
    find: "const fault = isRecord(value) ? faultOf(value) : 'it is no object';",
    replace: 'const fault = isRecord(value) ? null : faultOf({});',
    test: ['src/server/every-door.test.ts', 'stores nothing that it answers with an error'],
  },
  {
    what: 'a backup writes through its links',
    file: 'src/service/care/restore-backup.ts',
    find: 'of faultyLinks(entries)) {',
    replace: 'of faultyLinks(entries.slice(0, 0))) {',
    test: [care, 'is refused, and nothing is left of it'],
  },
  {
    what: 'a backup writes beside its folder',
    file: 'src/service/care/restore-backup.ts',
    find: 'if (!path.startsWith(folder + sep)) throw',
    replace: "if (path === '') throw",
    test: [care, 'is refused, and nothing is left of it'],
  },
  {
    what: 'a redirect leads from https down to http',
    file: 'src/host/channel/redirect-target.ts',
    find: "if (from.protocol === 'https:' && next.protocol === 'http:') throw new Error('it redirects from https to http');",
    replace: '',
    test: ['src/host/channel/redirect-target.test.ts', 'never leads from https down to http'],
  },
  {
    what: 'a redirect leads to a file',
    file: 'src/host/channel/redirect-target.ts',
    find: 'if (!/^https?:$/.test(next.protocol)) throw new Error(`it redirects to ${next.protocol}`);',
    replace: '',
    test: ['src/host/channel/redirect-target.test.ts', 'nor to anything but the two'],
  },
  {
    what: 'an index that nobody signed is taken',
    file: verify,
    find: "if (!matches(target, bytes)) throw notValid(source, 'the index is not the one that was signed');",
    replace: '',
    test: [trust, 'is refused when the signed index was tampered with'],
  },
  {
    what: 'a package that nobody signed is taken',
    file: verify,
    find: 'if (!matches(target, content)) throw',
    replace: 'if (!target) throw',
    test: [trust, 'is refused when a package was tampered with'],
  },
  {
    what: 'the data folder is open to others',
    file: 'src/store/data-folder.ts',
    find: '{ mode: 0o700 }',
    replace: '{ mode: 0o755 }',
    test: ['src/service/runs/built-in-agent.test.ts', 'keeps the data folder and the database'],
  },
  {
    what: 'the database is open to others',
    file: 'src/store/sqlite/open-sqlite-store.ts',
    find: "openSync(file, 'wx', 0o600)",
    replace: "openSync(file, 'wx', 0o644)",
    test: ['src/service/runs/built-in-agent.test.ts', 'keeps the data folder and the database'],
  },
  {
    what: 'two write one data folder',
    file: 'src/store/folder-lock.ts',
    find: 'begin exclusive',
    replace: 'begin',
    test: [folder, 'is refused to a second writer'],
  },
  {
    what: 'a database of another program is written',
    file: 'src/store/sqlite/open-sqlite-store.ts',
    find: 'if (id !== applicationId && !empty) {',
    replace: 'if (id < 0) {',
    test: [folder, 'is refused in a sentence and left'],
  },
  {
    what: 'a process moves on from a version that nobody saw',
    file: 'src/store/bulk-statements.ts',
    find: "sqlite: 'update process set version = ?2 where version = ?1 and id in",
    replace: "sqlite: 'update process set version = ?2 where ?1 = ?1 and id in",
    test: ['src/store/store.test.ts', 'moves a process on only from the version'],
  },
];
