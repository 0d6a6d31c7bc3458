import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LockstepError } from '../../../failure/index.ts';
import { type CommandAction, textOption } from '../../command.ts';
import { explainOldMakefile, ownMakefileMark, readOldMakefile } from './old-makefile.ts';
import { configName } from './settings.ts';

const plain = ['build', 'check', 'bump'];
const published = ['upload', 'download', 'download-stable', 'upload-stable', 'download-archive', 'upload-archive'];
const phony = [...plain, ...published, 'promote', 'clean'].join(' ');

const treeMakefile = `${ownMakefileMark} Each runs Lockstep on this folder of families.
LOCKSTEP ?= lockstep
DIR := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))

.PHONY: ${phony}

build:
	cd "$(DIR)" && $(LOCKSTEP) build .

check bump:
	cd "$(DIR)" && $(LOCKSTEP) $@ . $(if $(AGAINST),--against "$(AGAINST)")

${published.join(' ')}:
	cd "$(DIR)" && $(LOCKSTEP) $@ .

promote:
	cd "$(DIR)" && $(LOCKSTEP) promote --from testing --to stable $(WHAT)

clean:
	rm -rf "$(DIR)_build"
`;

const rootMakefile = `# Every target is that of plugins/Makefile, so that make can be typed here and there.
.PHONY: ${phony}

${phony}:
	@$(MAKE) --no-print-directory -C "$(dir $(abspath $(lastword $(MAKEFILE_LIST))))plugins" $@
`;

/** Writes a tree for families, with the Makefile of the old targets, without touching what is there. */
export const init: CommandAction = async (input) => {
  const folder = resolve(input.cwd, String(input.args['dir'] ?? '.'));
  const repository = textOption(input, 'repository') ?? './channels';
  const old =
    (await readOldMakefile(join(folder, 'plugins/Makefile'))) ?? (await readOldMakefile(join(folder, 'Makefile')));
  const files: Record<string, string> = {
    [configName]: `${JSON.stringify({ repository, channel: 'testing' }, null, 2)}\n`,
    // beside an old one, which would be called instead
    ...(old ? { 'plugins/lockstep.mk': treeMakefile } : { Makefile: rootMakefile, 'plugins/Makefile': treeMakefile }),
    'plugins/.gitignore': '_build/\n',
  };
  const written: string[] = [];
  const kept: string[] = [];
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    (await writeNew(file, text)) ? written.push(name) : kept.push(name);
  }
  const text = [
    ...written.map((name) => `wrote ${join(folder, name)}`),
    ...kept.map((name) => `kept  ${join(folder, name)}`),
    ...(old
      ? explainOldMakefile(old, folder)
      : ['Put each family in a folder of plugins/ (with build.py or family.json), then: make upload']),
  ].join('\n');
  return { value: { folder, written, kept, oldMakefile: old }, text };
};

async function writeNew(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code === 'EISDIR')
      throw new LockstepError('file-unreadable', `${file} is a folder.`, { hint: 'Move it away.' });
    throw error;
  }
}
