import type { Problem } from '../failure/index.ts';
import { parseFirmware } from './parse-firmware.ts';

/**
 * What is wrong in a `pkgs/pkgs.db`, each at its line: packages that cannot be installed from what stands there, sections
 * that stand there twice or that nothing names, and one file name with two digests. Pure.
 */
export function checkFirmware(text: string, file: string): Problem[] {
  const problems: Problem[] = [];
  const warn = (line: number, message: string, hint: string): void =>
    void problems.push({ code: 'packages', severity: 'warning', message, hint, where: { file, line, column: 1 } });
  const lines = new Map<string, number>();
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const name = /^\[(.+)\]\s*$/.exec(line)?.[1];
    if (name === undefined) {
      if (lines.size === 0 && !/^\s*([#;]|$)/.test(line))
        warn(at + 1, 'This line stands before the first section.', 'Put it into a section.');
      continue;
    }
    const before = lines.get(name);
    if (before !== undefined)
      warn(
        at + 1,
        `[${name}] stands in line ${before} already; the old server reads none of the file.`,
        'Remove one of them.',
      );
    else lines.set(name, at + 1);
  }
  const packages = parseFirmware(text);
  const named = new Set<string>();
  const digests = new Map<string, { readonly sha1: string; readonly size: number; readonly id: string }>();
  for (const [id, { fault, version, description, files }] of packages) {
    const line = lines.get(`pkg_${id}`) ?? 1;
    // the old server does some acts that are not done here: no fault of the author
    if (fault !== null && !/ is not done here/.test(fault)) {
      const section = [...fault.matchAll(/\[([^\]]+)\]/g)]
        .map(([, name]) => lines.get(name!))
        .find((at) => at !== undefined);
      warn(section ?? line, `The package ${id} cannot be installed: ${fault}.`, 'Complete the section.');
    }
    if (version === '') warn(line, `The package ${id} has no version.`, 'Add "version: …".');
    if (description === '') warn(line, `The package ${id} has no description.`, 'Add "description: …".');
    for (const { filename, sha1, size } of files) {
      const known = digests.get(filename);
      if (known && (known.sha1 !== sha1 || known.size !== size))
        warn(
          line,
          `The package ${id} has another file named ${filename} than the package ${known.id}.`,
          'Correct its size and sha1sum, or give it another filename.',
        );
      digests.set(filename, { sha1, size, id });
    }
  }
  for (const section of sectionsIn(text)) {
    for (const name of section.files) named.add(`file_${name}`);
    if (section.install) named.add(`install_${section.install}`);
  }
  for (const [name, line] of lines) {
    if (name.startsWith('pkg_') || named.has(name)) continue;
    const known = /^(file|install)_/.test(name);
    warn(
      line,
      known ? `Nothing uses [${name}].` : `The section [${name}] is not known.`,
      known ? 'Remove it, or name it in a package.' : 'Names begin with pkg_, file_ or install_.',
    );
  }
  return problems;
}

function sectionsIn(text: string): { readonly files: readonly string[]; readonly install: string | undefined }[] {
  return text
    .split(/^\[pkg_[^\]\n]*\]\s*$/m)
    .slice(1)
    .map((rest) => {
      const body = rest.split(/^\[/m)[0]!;
      const textOf = (key: string) =>
        new RegExp(`^${key}\\s*[:=]((?:.*(?:\\n[ \\t]+.*)*))`, 'mi').exec(body)?.[1] ?? '';
      const words = (value: string) => value.split(/[\s,]+/).filter((word) => word !== '');
      return { files: words(textOf('files')), install: words(textOf('install'))[0] };
    });
}
