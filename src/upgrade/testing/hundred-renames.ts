// Above 400 lines on purpose: a hundred renames as one table.
/**
 * One change between two versions of a plugin, and what its author meant. A line of `old` and `now` is a step type:
 * `Name | script | property, property:type=default 'Label'`; `|` alone parts step types that did not change. `meant`
 * says `Old → New` of a step type, `Step.old → new` of a property under the step's old name, and `→ -` of what was
 * removed.
 */
export interface RenameCase {
  readonly kind: string;
  readonly old: readonly string[];
  readonly now: readonly string[];
  readonly meant: readonly string[];
}

type Change = readonly [old: string, now: string, ...meant: string[]];

/** A step type beside the one that changes, so that a list has more than one. */
const beside = "List releases | list.groovy | server 'Server', limit=20 'Most'";

function cases(kind: string, changes: readonly Change[]): RenameCase[] {
  return changes.map(([old, now, ...meant]) => ({
    kind,
    old: [...old.split(' || '), beside],
    now: [...now.split(' || '), beside],
    meant,
  }));
}

export const hundredRenames: readonly RenameCase[] = [
  ...cases('property, letter case', [
    ['Push | push.groovy | apiurl, token', 'Push | push.groovy | apiURL, token', 'Push.apiurl → apiURL'],
    ['Push | push.groovy | Timeout, token', 'Push | push.groovy | timeout, token', 'Push.Timeout → timeout'],
    [
      'Push | push.groovy | username, password:secure, hostname',
      'Push | push.groovy | userName, password:secure, hostName',
      'Push.username → userName',
      'Push.hostname → hostName',
    ],
    [
      'Push | push.groovy | sslVerify:check, url',
      'Push | push.groovy | SSLVerify:check, url',
      'Push.sslVerify → SSLVerify',
    ],
    ['Push | push.groovy | gro\u0308ße, url', 'Push | push.groovy | größe, url', 'Push.gro\u0308ße → größe'],
    ['Push | push.groovy | DB_NAME, url', 'Push | push.groovy | db_name, url', 'Push.DB_NAME → db_name'],
  ]),
  ...cases('property, spelling', [
    [
      "Push | push.groovy | folder 'Folder', url",
      "Push | push.groovy | folders 'Folders', url",
      'Push.folder → folders',
    ],
    [
      "Push | push.groovy | host_name 'Host', url",
      "Push | push.groovy | hostname 'Host', url",
      'Push.host_name → hostname',
    ],
    [
      "Push | push.groovy | recieveTimeout 'Timeout', url",
      "Push | push.groovy | receiveTimeout 'Timeout', url",
      'Push.recieveTimeout → receiveTimeout',
    ],
    ['Push | push.groovy | app-id, url', 'Push | push.groovy | appId, url', 'Push.app-id → appId'],
    ['Push | push.groovy | srcDir, url', 'Push | push.groovy | sourceDirectory, url', 'Push.srcDir → sourceDirectory'],
    ['Push | push.groovy | pwd:secure, user', 'Push | push.groovy | password:secure, user', 'Push.pwd → password'],
    [
      'Push | push.groovy | envName, user',
      'Push | push.groovy | environmentName, user',
      'Push.envName → environmentName',
    ],
    [
      'Push | push.groovy | user, maxTries=3',
      'Push | push.groovy | user, maximumTries=3',
      'Push.maxTries → maximumTries',
    ],
    ['Push | push.groovy | user, msg', 'Push | push.groovy | user, message', 'Push.msg → message'],
    ['Push | push.groovy | a, nameOfHost, b', 'Push | push.groovy | a, hostName, b', 'Push.nameOfHost → hostName'],
    ['Push | push.groovy | user, svcs', 'Push | push.groovy | user, services', 'Push.svcs → services'],
    [
      'Push | push.groovy | prop1, prop2',
      'Push | push.groovy | property1, property2',
      'Push.prop1 → property1',
      'Push.prop2 → property2',
    ],
  ]),
  ...cases('property, another word', [
    ["Greet | greet.sh | who=world 'Who'", "Greet | greet.sh | person=world 'Person'", 'Greet.who → person'],
    ["Greet | greet.sh | who 'Who', tone", "Greet | greet.sh | name 'Name', tone", 'Greet.who → name'],
    [
      'Push | push.groovy | url, user, secret:secure',
      'Push | push.groovy | url, user, token:secure',
      'Push.secret → token',
    ],
    [
      "Push | push.groovy | url, machine 'Machine'",
      "Push | push.groovy | url, server 'Server'",
      'Push.machine → server',
    ],
    ['Push | push.groovy | url, quiet:check', 'Push | push.groovy | url, silent:check', 'Push.quiet → silent'],
    [
      'Push | push.groovy | url, level:select(low;high)=low',
      'Push | push.groovy | url, severity:select(low;high)=low',
      'Push.level → severity',
    ],
    [
      "Push | push.groovy | folder 'Where it goes', url",
      "Push | push.groovy | destination 'Where it goes', url",
      'Push.folder → destination',
    ],
    ['Push | push.groovy | login, url', 'Push | push.groovy | account, url', 'Push.login → account'],
    ['Push | push.groovy | a, b, interval=10', 'Push | push.groovy | a, b, period=10', 'Push.interval → period'],
    ['Push | push.groovy | x:area, url', 'Push | push.groovy | body:area, url', 'Push.x → body'],
    ['Push | push.groovy | force:check', 'Push | push.groovy | overwrite:check', 'Push.force → overwrite'],
    ['Push | push.groovy | hôte', 'Push | push.groovy | host', 'Push.hôte → host'],
  ]),
  ...cases('property, several at once', [
    [
      "Push | push.groovy | host 'Host', port=80 'Port'",
      "Push | push.groovy | hostName 'Host', portNumber=80 'Port'",
      'Push.host → hostName',
      'Push.port → portNumber',
    ],
    [
      'Push | push.groovy | user, password:secure, url',
      'Push | push.groovy | login, secret:secure, url',
      'Push.user → login',
      'Push.password → secret',
    ],
    [
      'Push | push.groovy | srcHost, srcPort=22, dstHost, dstPort=22',
      'Push | push.groovy | fromHost, fromPort=22, toHost, toPort=22',
      'Push.srcHost → fromHost',
      'Push.srcPort → fromPort',
      'Push.dstHost → toHost',
      'Push.dstPort → toPort',
    ],
    [
      'Push | push.groovy | userName, userPassword:secure',
      'Push | push.groovy | serviceUserName, servicePassword:secure',
      'Push.userName → serviceUserName',
      'Push.userPassword → servicePassword',
    ],
    [
      'Push | push.groovy | first, second, third',
      'Push | push.groovy | one, two, three',
      'Push.first → one',
      'Push.second → two',
      'Push.third → three',
    ],
    [
      'Push | push.groovy | timeout=30, retries=3, url',
      'Push | push.groovy | waitSeconds=30, attempts=3, url',
      'Push.timeout → waitSeconds',
      'Push.retries → attempts',
    ],
    [
      'Push | push.groovy | simType:select(a;b), url',
      'Push | push.groovy | simName, simDeviceType:select(a;b), url',
      'Push.simType → simDeviceType',
    ],
    [
      'Push | push.groovy | proxy, proxyPort=8080',
      'Push | push.groovy | httpProxyHost, httpProxyPort=8080',
      'Push.proxy → httpProxyHost',
      'Push.proxyPort → httpProxyPort',
    ],
    [
      'Push | push.groovy | tokenA:secure, tokenB:secure',
      'Push | push.groovy | keyA:secure, keyB:secure',
      'Push.tokenA → keyA',
      'Push.tokenB → keyB',
    ],
    [
      'Push | push.groovy | url, name, region=eu',
      'Push | push.groovy | endpoint, label, zone=eu',
      'Push.url → endpoint',
      'Push.name → label',
      'Push.region → zone',
    ],
  ]),
  ...cases('property, renamed beside others that come or go', [
    ['Push | push.groovy | host, url', 'Push | push.groovy | hostName, port=80, url', 'Push.host → hostName'],
    ['Push | push.groovy | who, url', 'Push | push.groovy | person, url, dryRun:check', 'Push.who → person'],
    [
      'Push | push.groovy | host, legacyMode:check, url',
      'Push | push.groovy | hostName, url',
      'Push.host → hostName',
      'Push.legacyMode → -',
    ],
    ['Push | push.groovy | url, user', 'Push | push.groovy | user, verbose:check, url2, baseUrl', 'Push.url → baseUrl'],
    [
      "Push | push.groovy | dir 'Work folder', user",
      "Push | push.groovy | user, workFolder 'Work folder', tmp 'Scratch'",
      'Push.dir → workFolder',
    ],
    ['Push | push.groovy | a, b, c, d', 'Push | push.groovy | a, bee, c, d, e, f', 'Push.b → bee'],
    ['Push | push.groovy | old1, keep, old2', 'Push | push.groovy | keep, new1', 'Push.old2 → new1', 'Push.old1 → -'],
    [
      'Push | push.groovy | timeout=30, url',
      'Push | push.groovy | connectTimeout=30, readTimeout=60, url',
      'Push.timeout → connectTimeout',
    ],
  ]),
  ...cases('property, another type', [
    ['Push | push.groovy | token, url', 'Push | push.groovy | apiToken:secure, url', 'Push.token → apiToken'],
    ['Push | push.groovy | script, url', 'Push | push.groovy | scriptText:area, url', 'Push.script → scriptText'],
    [
      'Push | push.groovy | mode=fast, url',
      'Push | push.groovy | runMode:select(fast;slow)=fast, url',
      'Push.mode → runMode',
    ],
    ['Push | push.groovy | debug=false, url', 'Push | push.groovy | debugMode:check, url', 'Push.debug → debugMode'],
    ['Push | push.groovy | lines:area, url', 'Push | push.groovy | line, url', 'Push.lines → line'],
    ['Push | push.groovy | key:secure, url', 'Push | push.groovy | keyName, url', 'Push.key → -'],
  ]),
  ...cases('property, removed', [
    ['Push | push.groovy | url, zoom', 'Push | push.groovy | url', 'Push.zoom → -'],
    ['Push | push.groovy | url, zoom, scale=2', 'Push | push.groovy | url', 'Push.zoom → -', 'Push.scale → -'],
    ['Push | push.groovy | url, note', 'Push | push.groovy | url, strict:check', 'Push.note → -'],
    ['Push | push.groovy | level:select(a;b), url', 'Push | push.groovy | url, comment:area', 'Push.level → -'],
  ]),
  ...cases('property, split', [
    ['Push | push.groovy | hostAndPort, url', 'Push | push.groovy | host, port, url', 'Push.hostAndPort → host/port'],
    [
      'Push | push.groovy | name, url',
      'Push | push.groovy | firstName, lastName, url',
      'Push.name → firstName/lastName',
    ],
    [
      'Push | push.groovy | credentials:secure, url',
      'Push | push.groovy | user, password:secure, url',
      'Push.credentials → password',
    ],
    ['Push | push.groovy | range=1-9, url', 'Push | push.groovy | from=1, to=9, url', 'Push.range → from/to'],
  ]),
  ...cases('property, merged', [
    [
      'Push | push.groovy | host, port=80, url',
      'Push | push.groovy | address, url',
      'Push.host → address',
      'Push.port → address',
    ],
    [
      'Push | push.groovy | firstName, lastName',
      'Push | push.groovy | fullName',
      'Push.firstName → fullName',
      'Push.lastName → fullName',
    ],
    [
      'Push | push.groovy | includeA:check, includeB:check, url',
      'Push | push.groovy | includes, url',
      'Push.includeA → includes',
      'Push.includeB → includes',
    ],
  ]),
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
