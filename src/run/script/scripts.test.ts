import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openScripts } from './scripts.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-scripts-'));
const scripts = openScripts();
afterAll(async () => {
  await scripts.close();
  rmSync(folder, { recursive: true });
});

let files = 0;
function post(script: string, properties: Record<string, string> = { exitCode: '0' }, log = '') {
  const logFile = join(folder, `log${files++}`);
  writeFileSync(logFile, log);
  return scripts.run({ kind: 'post-processing', script, properties, logFile });
}

const standard = `
  if (properties.get("exitCode") != 0) {
    properties.put(new java.lang.String("Status"), new java.lang.String("Failure"));
  } else {
    properties.put("Status", "Success");
  }`;
const standardWithScan = `
  properties.put("Status", "Success");
  scanner.register("build.url:", function (lineNumber, line) {
    var url = line.replace("build.url:", "");
    commandOut.print("found " + url);
    properties.put("build.url", url);
  });
  scanner.scan();
  var exit = properties.get('exitCode');
  if (exit == 0) { properties.put('Status', 'Success'); } else { properties.put('Status', 'Failure'); }`;
const log = 'start\r\nbuild.url:http://x/1\nWARNING: low\nError: bad thing\nbuild.url:http://x/2\nend';
const scan = (pattern: string): string =>
  `var hits = []; scanner.register(${JSON.stringify(pattern)}, function (n, l) { hits.push(n + ':' + l); scanner.addLOI(n); });
   scanner.scan(); properties.put('hits', hits.join('|'));`;

describe('post-processing', () => {
  it.each([
    ['0', 'Success'],
    ['1', 'Failure'],
    ['255', 'Failure'],
    ['-15', 'Failure'],
  ])('the first standard script: exit code %s is %s', async (exitCode, status) => {
    expect((await post(standard, { exitCode })).properties['Status']).toBe(status);
  });

  it('the second standard script sets a property from the last line that matches, and prints to the log', async () => {
    const result = await post(standardWithScan, { exitCode: '0' }, log);
    expect(result).toMatchObject({ error: null, printed: 'found http://x/1found http://x/2' });
    expect(result.properties).toEqual({ exitCode: '0', Status: 'Success', 'build.url': 'http://x/2' });
    expect((await post(standardWithScan, { exitCode: '3' }, log)).properties['Status']).toBe('Failure');
  });

  it.each<[string, string, Record<string, string>]>([
    ['strict comparison with text', `properties.put('r', properties.get('exitCode') === '0')`, { r: 'true' }],
    ['numbers become text', `properties.put('n', 42); properties.put('d', 1.5)`, { n: '42', d: '1.5' }],
    ['a missing property is null', `properties.put('r', properties.get('none') == null)`, { r: 'true' }],
    ['put gives back the old value', `properties.put('r', properties.put('exitCode', '9'))`, { r: '0', exitCode: '9' }],
    ['getProperty with a default', `properties.put('r', properties.getProperty('none', 'd'))`, { r: 'd' }],
    [
      'containsKey and remove',
      `properties.remove('exitCode'); properties.put('r', properties.containsKey('exitCode'))`,
      { r: 'false' },
    ],
    [
      'keySet and its iterator',
      `var i = properties.keySet().iterator(); var s = ''; while (i.hasNext()) s += i.next(); properties.put('r', s)`,
      { r: 'exitCode' },
    ],
    ['equals of Java', `properties.put('r', properties.get('exitCode').equals('0'))`, { r: 'true' }],
    ['java.lang.String has length()', `properties.put('r', new java.lang.String('abc').length())`, { r: '3' }],
    [
      'java.util.ArrayList',
      `var l = new java.util.ArrayList(); l.add('a'); l.add('b'); properties.put('r', l.size() + l.get(1) + l.contains('a') + l)`,
      { r: '2btrue[a, b]' },
    ],
    [
      'java.util.HashMap and Packages',
      `var m = new Packages.java.util.HashMap(); m.put('a', 1); properties.put('r', m.get('a') + java.lang.Integer.parseInt('2'))`,
      { r: '3' },
    ],
    ['importPackage is tolerated', `importPackage(java.util); properties.put('r', 'ok')`, { r: 'ok' }],
    ['var at the top and functions below their use', `go(); function go() { properties.put('r', 'ok') }`, { r: 'ok' }],
    ['inline (?i)', scan('(?i)^error:'), { hits: '4:Error: bad thing' }],
    ['inline (?i) in the middle', scan('bad|(?i)WARN'), { hits: '3:WARNING: low|4:Error: bad thing' }],
    ['a quoted stretch', scan('\\Qbuild.url:\\E.*1$'), { hits: '2:build.url:http://x/1' }],
    ['possessive quantifiers and POSIX classes', scan('^\\p{Upper}++: '), { hits: '3:WARNING: low' }],
    [
      'groups by JavaScript’s own means',
      `scanner.register('x/(\\\\d)', function (n, l) { properties.put('r', /x\\/(\\d)/.exec(l)[1]) }); scanner.scan()`,
      { r: '2' },
    ],
    [
      'several patterns, in the order of lines',
      `var s = ''; scanner.register('low', function (n) { s += n }); scanner.register('start', function (n) { s += n }); scanner.scan(); properties.put('r', s)`,
      { r: '13' },
    ],
    [
      'lines of interest',
      `${scan('url')} properties.put('r', scanner.getLinesOfInterest().size())`,
      { hits: '2:build.url:http://x/1|5:build.url:http://x/2', r: '2' },
    ],
    ['scan without a pattern', `scanner.scan(); properties.put('r', 'ok')`, { r: 'ok' }],
    [
      'a list kept among the properties becomes text at the end',
      `scanner.register('(?i)error|warning', function (n, line) {
         var errors = properties.get('Error') || new java.util.ArrayList;
         errors.add(line); properties.put('Error', errors);
       }); scanner.scan(); properties.put('r', properties.get('Error').size())`,
      { Error: '[WARNING: low, Error: bad thing]', r: '2' },
    ],
    [
      'a list that is put as text before the end',
      `var errors = properties.get('Error'); if (errors == null) { errors = new java.util.ArrayList(); properties.put('Error', errors); }
       errors.add('x'); properties.put('Error', errors.toString())`,
      { Error: '[x]' },
    ],
    [
      'other things kept among the properties',
      `var m = new java.util.HashMap(); m.put('k', null); properties.put('map', m); properties.put('array', ['a', 'b']);
       properties.put('object', { a: 1 }); properties.put('none', null); properties.put('no', undefined); properties.put('flag', true);
       properties.put('text', new java.lang.String('t')); properties.put('builder', new java.lang.StringBuilder('x').append(1));
       properties.put('r', properties.get('text').length() + properties.get('map').size() + properties.get('array')[1])`,
      {
        ...{
          map: '{k=null}',
          array: 'a,b',
          object: '{"a":1}',
          none: '',
          no: '',
          flag: 'true',
          text: 't',
          builder: 'x1',
        },
        r: '2b',
      },
    ],
    ['a property of any name', `properties.put('__proto__', 'p'); properties.put('toString', 't')`, { toString: 't' }],
    [
      'the machine’s own address',
      `var here = java.net.InetAddress.getLocalHost(); properties.put('Hostname', here.getHostName());
       properties.put('r', java.net.InetAddress.getByName(here.getHostName()).getHostAddress() == here.getHostAddress());
       properties.put('form', /^[0-9.]{7,15}$/.test(here.getHostAddress()))`,
      { Hostname: hostname(), r: 'true', form: 'true' },
    ],
    [
      'what else an address of the machine is asked',
      `var own = java.net.InetAddress.getAllByName('localhost')[0]; importClass(java.net.InetAddress);
       properties.put('r', [own.isLoopbackAddress(), own.equals(InetAddress.getLoopbackAddress()), own.isReachable(10), own.isAnyLocalAddress()].join())`,
      { r: 'true,true,true,false' },
    ],
    [
      'boxed numbers and truth values, made anew',
      `properties.put('n', new java.lang.Integer(5)); properties.put('m', new java.lang.Long(' 7')); properties.put('b', new java.lang.Boolean('TRUE'));
       properties.put('r', [new java.lang.Integer('5') + 1, java.lang.Integer.valueOf('4').intValue(), new java.lang.Double(1.5).intValue(), new java.lang.Integer(5).equals(5), '5' == new java.lang.Integer(5)].join())`,
      { n: '5', m: '7', b: 'true', r: '6,4,1,true,true' },
    ],
    [
      'importPackage gives the short names, and leaves the engine’s own',
      `importPackage(java.util); importPackage(java.lang); var l = new ArrayList(); l.add('a'); properties.put('r', l.size() + ('x'.length === 1 ? String('y') : ''))`,
      { r: '1y' },
    ],
    ['importClass', `importClass(java.util.ArrayList); properties.put('r', new ArrayList().isEmpty())`, { r: 'true' }],
    [
      'JavaImporter',
      `with (new JavaImporter(java.util, java.net)) { properties.put('r', new HashMap().isEmpty() + InetAddress.getLoopbackAddress().getHostName()) }`,
      { r: 'truelocalhost' },
    ],
    [
      'java.util.regex',
      `var m = java.util.regex.Pattern.compile('(\\\\w+)://(\\\\S)').matcher('a http://x b ftp://y'); var s = '';
       while (m.find()) s += m.group(1) + m.group(2) + m.start() + ','; properties.put('r', s + java.util.regex.Pattern.matches('a+', 'aab'))`,
      { r: 'httpx2,ftpy13,false' },
    ],
    [
      'sets, arrays, numbers and formats',
      `var s = new java.util.HashSet(); s.add('a'); s.add('a'); var l = java.util.Arrays.asList('c', 'b'); java.util.Collections.sort(l);
       properties.put('r', s.size() + '' + l + java.lang.Integer.valueOf(' 7') + java.lang.String.format('%s-%d%n', 'x', 3))`,
      { r: '1[b, c]7x-3\n' },
    ],
    ['System.out', `java.lang.System.out.println('hi'); properties.put('r', 'ok')`, { r: 'ok' }],
  ])('%s', async (_, script, expected) => {
    const { error, properties } = await post(script, { exitCode: '0' }, log);
    expect(error).toBeNull();
    expect(properties).toMatchObject(expected);
  });

  it('nothing of our process, no file and no network is within reach', async () => {
    const names = [
      'process',
      'require',
      'fetch',
      'Deno',
      'std',
      'os',
      'hostPrint',
      'hostLines',
      'WebAssembly',
      'setTimeout',
    ];
    const { properties } = await post(`properties.put('r', [${names.map((name) => `typeof ${name}`)}].join())`);
    expect(properties['r']).toBe(names.map(() => 'undefined').join());
    const outside = await post(
      `properties.put('r', (function () { return this }).constructor.constructor('return typeof process')())`,
    );
    expect(outside.properties['r']).toBe('undefined');
  });

  it.each([
    ['a loop without end', 'while (true) {}', /did not end within 0.3 seconds/],
    ['a loop that catches everything', 'while (true) { try { while (true) {} } catch (e) {} }', /did not end within/],
    ['a regular expression that explodes', `/^(a+)+$/.test('${'a'.repeat(40)}!')`, /did not end within/],
    [
      'memory',
      'var a = []; while (true) a.push(new Array(100000).join("x") + a.length)',
      /more memory than the 16 MB|did not end/,
    ],
    ['one huge string', 'var s = "x"; while (true) s += s', /memory|too long|length/i],
    ['recursion', 'function f() { f() } f()', /stack/i],
    ['a thrown value', 'throw "no"', /threw "no"/],
    ['a thrown error with its line', '\n\nnull.x', /in line 3: TypeError/],
    ['no JavaScript at all', 'this is not', /SyntaxError/],
    ['a class that is not there', 'new java.util.Scanner()', /java\.util\.Scanner is not known to scripts/],
    ['another package', 'Packages.com.example.Tool.go()', /Packages\.com is not known/],
    ['an address that needs a network', 'java.net.InetAddress.getByName("example.org")', /UnknownHost.*no network/],
    [
      'a property that is no text',
      'properties.put("odd", { toString: function () { throw "no" } })',
      /"odd" cannot be turned into text: no/,
    ],
    [
      'a property that takes for ever to become text',
      'properties.put("odd", { toString: function () { while (true) {} } })',
      /did not end within/,
    ],
    ['a pattern that is none', 'scanner.register("(", function () {})', /SyntaxError/],
  ])('%s is an error of the step, and the next script runs', async (_, script, message) => {
    const bad = await scripts.run({
      kind: 'post-processing',
      script,
      properties: { exitCode: '0' },
      logFile: null,
      limits: { milliseconds: 300, memoryBytes: 16 * 1024 * 1024 },
    });
    expect(bad.error).toMatch(message);
    expect((await post(standard)).properties['Status']).toBe('Success');
  });

  it('what a script prints is bounded', async () => {
    const { printed } = await scripts.run({
      kind: 'post-processing',
      script: 'for (var i = 0; i < 10000; i++) commandOut.println("0123456789")',
      properties: {},
      logFile: null,
      limits: { printedBytes: 1000 },
    });
    expect(printed.length).toBeLessThan(1100);
  });
});

describe('a precondition', () => {
  it.each<[string, boolean]>([
    ['true', true],
    ['"true"', true],
    ['1 == 1 && "a" == "a"', true],
    ['properties.get("env") == "prod"', true],
    ['properties.get("env").equalsIgnoreCase("PROD")', true],
    ['false', false],
    ['1', false],
    ['', false],
    ['undefined', false],
    ['var x = 5; x > 3', true],
  ])('%s → %s', async (script, holds) => {
    const result = await scripts.run({ kind: 'condition', script, properties: { env: 'prod' }, logFile: null });
    expect(result).toMatchObject({ error: null, holds });
  });
});
