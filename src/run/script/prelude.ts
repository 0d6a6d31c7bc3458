import { javaLang } from './prelude/java-lang.ts';
import { javaNet } from './prelude/java-net.ts';
import { javaUtil } from './prelude/java-util.ts';
import { packages } from './prelude/packages.ts';
import { regularExpressions } from './prelude/regular-expressions.ts';
import { scanner } from './prelude/scanner.ts';

/**
 * What post-processing scripts find: `properties` with the manners of a Java map, `scanner`, `commandOut`, and the few
 * Java classes that real scripts use. Written for the sandbox's own engine; it talks to us only by the functions
 * `hostPrint` and `hostLines`, and is told the properties and its machine by `hostStart`, which then is gone. Values are kept as
 * they are put, lists and maps too, and become text when the script has ended.
 */
export const prelude = `
(function (global) {
  'use strict';
  var hostPrint = global.hostPrint, hostLines = global.hostLines, stringify = JSON.stringify, parse = JSON.parse;
  delete global.hostPrint; delete global.hostLines;
  var values = new Map(), machine = { name: 'localhost', address: '127.0.0.1' };
  // as Java writes it
  function textOf(value) {
    if (value === null || value === undefined) return 'null';
    if (typeof value === 'object' && value.toString === Object.prototype.toString) return stringify(value);
    return String(value);
  }
${scanner}${regularExpressions}${javaLang}${javaUtil}${javaNet}${packages}
  global.print = printed.print;
  global.println = printed.println;
  global.properties = mapOver(values);
  global.scanner = scanner;
  global.commandOut = printed;
  global.hostStart = function (json) {
    delete global.hostStart;
    var given = parse(json);
    machine = given.machine;
    Object.entries(given.properties).forEach(function (entry) { values.set(entry[0], entry[1]); });
  };
  global.hostResult = function () {
    var properties = {};
    values.forEach(function (value, name) {
      try {
        Object.defineProperty(properties, name, { value: value === null || value === undefined ? '' : textOf(value), enumerable: true });
      } catch (problem) {
        throw new Error('The property "' + name + '" cannot be turned into text: ' + problem);
      }
    });
    return stringify({ properties: properties, linesOfInterest: interesting });
  };
})(globalThis);
`;
