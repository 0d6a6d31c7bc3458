import { buildPage } from '../src/cli/build-page.ts';

const note = (text: string): void => void process.stderr.write(`${text}\n`);
if (!(await buildPage(note))) note('The built page is as new as its sources.');
