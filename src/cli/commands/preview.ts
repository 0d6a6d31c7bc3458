import type { CommandDeclaration } from '../command.ts';
import { dialectOption } from './dialect-option.ts';

/** What an upgrade would do on a server that is not Lockstep. */
export const previewCommands: readonly CommandDeclaration[] = [
  {
    name: 'preview',
    summary:
      'What a new plugin version would do to every process of a running UrbanCode server, there and with Lockstep; reads only',
    arguments: [
      { name: '<url>', description: 'the server, such as https://ucd.example.org:8443' },
      { name: '<new>', description: 'folder or package of the new version' },
    ],
    options: [
      { flags: '--token-file <file>', description: 'a file that holds a token of that server and nothing else' },
      { ...dialectOption, description: 'whose rules count; else those of the version that the server tells' },
      {
        flags: '--known <old...>',
        description: 'folders or packages of earlier versions: their defaults tell what was chosen',
      },
      { flags: '--html <file>', description: 'the report as one page' },
      { flags: '--csv <file>', description: 'the report as a table, one row for each step' },
      { flags: '--sarif <file>', description: 'the report for code scanning' },
      {
        flags: '--state <file>',
        description:
          'answers so far, taken up by the next call and removed when all is read; else .lockstep-preview-HOST',
      },
    ],
    examples: [
      'lockstep preview https://ucd.example.org:8443 fleet-tools-3.zip --token-file token.txt --known fleet-tools-2.zip',
      'lockstep preview https://ucd.example.org:8443 fleet-tools-3.zip --token-file token.txt --for urbancode --html preview.html',
    ],
    load: async () => (await import('./preview/preview.ts')).preview,
  },
];
