import { cases, type RenameCase } from './rename-case.ts';

/** Changes of step types, with and without their properties. */
export const stepRenames: readonly RenameCase[] = [
  ...cases('step, letter case', [
    [
      'Push configuration | push.groovy | url',
      'Push Configuration | push.groovy | url',
      'Push configuration → Push Configuration',
    ],
    ['DEPLOY | deploy.groovy | url', 'Deploy | deploy.groovy | url', 'DEPLOY → Deploy'],
    ['Stop App | stop.groovy | app', 'Stop APP | stop.groovy | app', 'Stop App → Stop APP'],
    ['Cafe\u0301 | cafe.groovy | app', 'Café | cafe.groovy | app', 'Cafe\u0301 → Café'],
  ]),
  ...cases('step, spelling', [
    ['Start Scan | scan.groovy | app', 'Start App Scan | scan.groovy | app', 'Start Scan → Start App Scan'],
    ['Deploy App | deploy.groovy | app', 'Deploy Application | deploy.groovy | app', 'Deploy App → Deploy Application'],
    [
      'Excecute Query | query.groovy | sql:area',
      'Execute Query | query.groovy | sql:area',
      'Excecute Query → Execute Query',
    ],
    ['Create-VM | vm.groovy | name', 'Create VM | vm.groovy | name', 'Create-VM → Create VM'],
    [
      'Get DB Status | status.groovy | db',
      'Get Database Status | status.groovy | db',
      'Get DB Status → Get Database Status',
    ],
    ['Import | import.groovy | file', 'Import File | import.groovy | file', 'Import → Import File'],
  ]),
  ...cases('step, another word, same script', [
    ['Greet | greet.sh | who', 'Say Hello | greet.sh | who', 'Greet → Say Hello'],
    ['Delete Node | node.groovy | node', 'Remove Server | node.groovy | node', 'Delete Node → Remove Server'],
    ['Push | push.groovy | url, user', 'Upload Artefact | push.groovy | url, user', 'Push → Upload Artefact'],
    [
      'Halt | halt.groovy | app || Boot | boot.groovy | app',
      'Stop | halt.groovy | app || Start | boot.groovy | app',
      'Halt → Stop',
      'Boot → Start',
    ],
    ['Verify | v.py | target', 'Check Health | v.py | target, deep:check', 'Verify → Check Health'],
    [
      'Backup | dump.sh | db || Restore | load.sh | db',
      'Save | dump.sh | db || Bring Back | load.sh | db',
      'Backup → Save',
      'Restore → Bring Back',
    ],
  ]),
  ...cases('step, another word, another script', [
    ['Greet | greet.sh | who', 'Say Hello | say-hello.sh | who', 'Greet → Say Hello'],
    ['Deploy | deploy.groovy | app, env, version', 'Install | install.groovy | app, env, version', 'Deploy → Install'],
    ['Delete Node | deleteNode.groovy | node', 'Remove Node | removeNode.groovy | node', 'Delete Node → Remove Node'],
    [
      'Run Tests | run-tests.py | suite, browser',
      'Execute Suite | suite.py | suite, browser',
      'Run Tests → Execute Suite',
    ],
    [
      'Halt | halt.groovy | app || Boot | boot.groovy | app',
      'Stop | stop.groovy | app || Start | start.groovy | app',
      'Halt → Stop',
      'Boot → Start',
    ],
    ['Upload | upload.sh | file, to', 'Publish Artefact | publish.sh | file, to', 'Upload → Publish Artefact'],
  ]),
  ...cases('step and property together', [
    [
      "Greet | greet.sh | who=world 'Who'",
      "Say Hello | greet.sh | person=world 'Person'",
      'Greet → Say Hello',
      'Greet.who → person',
    ],
    ['Greet | greet.sh | who', 'Greet Person | greet.sh | whom', 'Greet → Greet Person', 'Greet.who → whom'],
    ['Greet | greet.sh | who', 'Say Hello | say-hello.sh | person', 'Greet → Say Hello', 'Greet.who → person'],
    [
      'Push | push.groovy | url, user',
      'Upload | upload.groovy | address, login',
      'Push → Upload',
      'Push.url → address',
      'Push.user → login',
    ],
    [
      'Stop app | stop.groovy | app',
      'Stop App | stop.groovy | application',
      'Stop app → Stop App',
      'Stop app.app → application',
    ],
    [
      'Run SQL | sql.groovy | query:area, db',
      'Execute Statement | sql.groovy | statement:area, db',
      'Run SQL → Execute Statement',
      'Run SQL.query → statement',
    ],
    [
      'Send | send.py | to, text:area',
      'Send Mail | mail.py | recipient, body:area',
      'Send → Send Mail',
      'Send.to → recipient',
      'Send.text → body',
    ],
  ]),
  ...cases('step, split', [
    [
      'Control Server | control.groovy | server, action:select(start;stop)',
      'Start Server | start.groovy | server || Stop Server | stop.groovy | server',
      'Control Server → Start Server/Stop Server',
    ],
    [
      'Deploy and Test | dt.groovy | app',
      'Deploy | deploy.groovy | app || Test | test.groovy | app',
      'Deploy and Test → Deploy/Test',
    ],
    [
      'Transfer | transfer.sh | file, host',
      'Upload | transfer.sh | file, host || Download | download.sh | file, host',
      'Transfer → Upload',
    ],
  ]),
  ...cases('step, merged', [
    [
      'Start Server | start.groovy | server || Stop Server | stop.groovy | server',
      'Control Server | control.groovy | server, action:select(start;stop)',
      'Start Server → Control Server',
      'Stop Server → Control Server',
    ],
    [
      'Deploy | deploy.groovy | app || Redeploy | redeploy.groovy | app',
      'Deploy App | deploy.groovy | app',
      'Deploy → Deploy App',
      'Redeploy → Deploy App',
    ],
  ]),
  ...cases('step, removed', [
    ['Push | push.groovy | url || Zoom | zoom.groovy | scale', 'Push | push.groovy | url', 'Zoom → -'],
    [
      'Zoom | zoom.groovy | scale:select(1;2)',
      'Create Ticket | ticket.py | project, summary, text:area, assignee',
      'Zoom → -',
    ],
    ['Ping | ping.sh | host || Trace | trace.sh | host', 'Ping | ping.sh | host', 'Trace → -'],
  ]),
  ...cases('step, renamed beside others that come or go', [
    ['Greet | greet.sh | who', 'Say Hello | greet.sh | who || Say Goodbye | bye.sh | who', 'Greet → Say Hello'],
    ['Greet | greet.sh | who || Zoom | zoom.sh | scale', 'Say Hello | greet.sh | who', 'Greet → Say Hello', 'Zoom → -'],
    [
      'Deploy | deploy.groovy | app || Stop | stop.groovy | app',
      'Roll Out | deploy.groovy | app || Stop | stop.groovy | app || Wait | wait.groovy | seconds=5',
      'Deploy → Roll Out',
    ],
    [
      'Import | io.groovy | file || Export | io.groovy | file',
      'Read In | io.groovy | file || Write Out | io.groovy | file || Compare | io.groovy | file',
      'Import → Read In',
      'Export → Write Out',
    ],
  ]),
];
