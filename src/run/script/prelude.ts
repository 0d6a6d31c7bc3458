/**
 * What post-processing scripts find: `properties` with the manners of a Java map, `scanner`, `commandOut`, and the few
 * Java classes that real scripts use. Written for the sandbox's own engine; it talks to us only by the functions
 * `hostPrint` and `hostLines`, and is told the properties by `hostStart`, which then is gone.
 */
export const prelude = String.raw`
(function (global) {
  'use strict';
  var hostPrint = global.hostPrint, hostLines = global.hostLines;
  delete global.hostPrint; delete global.hostLines;
  var values = new Map();
  function text(value) { return value === null || value === undefined ? null : String(value); }

  function JavaString(value) {
    if (!(this instanceof JavaString)) return new JavaString(value);
    this.text = value === undefined ? '' : String(value);
  }
  JavaString.prototype.toString = JavaString.prototype.valueOf = function () { return this.text; };
  JavaString.prototype.length = function () { return this.text.length; };
  ['charAt', 'indexOf', 'lastIndexOf', 'substring', 'toLowerCase', 'toUpperCase', 'trim', 'startsWith', 'endsWith',
   'concat', 'split'].forEach(function (name) {
    JavaString.prototype[name] = function () { return String.prototype[name].apply(this.text, arguments); };
  });
  JavaString.prototype.toJSON = JavaString.prototype.toString;
  JavaString.valueOf = function (value) { return String(value); };
  JavaString.format = function (format) {
    var rest = Array.prototype.slice.call(arguments, 1);
    return String(format).replace(/%[sd]/g, function () { return String(rest.shift()); });
  };
  function regexOf(pattern, flags) { return translate(String(pattern), flags || ''); }
  var javaMethods = {
    equals: function (other) { return other !== null && other !== undefined && String(this) === String(other); },
    equalsIgnoreCase: function (other) { return other !== null && other !== undefined && String(this).toLowerCase() === String(other).toLowerCase(); },
    contains: function (other) { return String(this).indexOf(String(other)) >= 0; },
    isEmpty: function () { return String(this).length === 0; },
    matches: function (pattern) { return regexOf('^(?:' + pattern + ')$').test(String(this)); },
    compareTo: function (other) { var a = String(this), b = String(other); return a < b ? -1 : a > b ? 1 : 0; },
    replaceFirst: function (pattern, by) { return String(this).replace(regexOf(pattern), by); },
    getBytes: function () { return Array.from(String(this), function (c) { return c.charCodeAt(0); }); }
  };
  Object.keys(javaMethods).forEach(function (name) {
    JavaString.prototype[name] = javaMethods[name];
    Object.defineProperty(String.prototype, name, { value: javaMethods[name], configurable: true, writable: true });
  });
  JavaString.prototype.replace = function (a, b) { return a instanceof RegExp ? this.text.replace(a, b) : this.text.split(String(a)).join(String(b)); };
  JavaString.prototype.replaceAll = function (a, b) { return this.text.replace(regexOf(a, 'g'), b); };

  function iteratorOf(list) {
    var at = 0;
    return { hasNext: function () { return at < list.length; }, next: function () { return list[at++]; } };
  }
  function ArrayList(from) {
    if (!(this instanceof ArrayList)) return new ArrayList(from);
    this.items = from instanceof ArrayList ? from.items.slice() : Array.isArray(from) ? from.slice() : [];
  }
  ArrayList.prototype = {
    constructor: ArrayList,
    add: function (a, b) { if (arguments.length > 1) this.items.splice(a, 0, b); else this.items.push(a); return true; },
    addAll: function (other) { this.items.push.apply(this.items, other.items || other); return true; },
    get: function (i) { if (i < 0 || i >= this.items.length) throw new RangeError('Index ' + i + ' of ' + this.items.length); return this.items[i]; },
    set: function (i, v) { var old = this.items[i]; this.items[i] = v; return old; },
    remove: function (v) { var i = typeof v === 'number' ? v : this.items.indexOf(v); return i >= 0 ? this.items.splice(i, 1)[0] : false; },
    size: function () { return this.items.length; },
    isEmpty: function () { return this.items.length === 0; },
    clear: function () { this.items = []; },
    contains: function (v) { return this.indexOf(v) >= 0; },
    indexOf: function (v) { return this.items.findIndex(function (x) { return x === v || String(x) === String(v); }); },
    iterator: function () { return iteratorOf(this.items); },
    toArray: function () { return this.items.slice(); },
    forEach: function (f) { this.items.forEach(f); },
    toString: function () { return '[' + this.items.join(', ') + ']'; }
  };
  ArrayList.prototype[Symbol.iterator] = function () { return this.items[Symbol.iterator](); };

  function mapOver(map, keep) {
    var self = {
      get: function (k) { var v = map.get(String(k)); return v === undefined ? null : v; },
      put: function (k, v) { var old = self.get(k); map.set(String(k), keep(v)); return old; },
      getProperty: function (k, other) { var v = map.get(String(k)); return v === undefined ? (other === undefined ? null : other) : v; },
      setProperty: function (k, v) { return self.put(k, v); },
      putAll: function (other) { var i = other.keySet().iterator(); while (i.hasNext()) { var k = i.next(); self.put(k, other.get(k)); } },
      remove: function (k) { var old = self.get(k); map.delete(String(k)); return old; },
      containsKey: function (k) { return map.has(String(k)); },
      containsValue: function (v) { return Array.from(map.values()).some(function (x) { return String(x) === String(v); }); },
      size: function () { return map.size; },
      isEmpty: function () { return map.size === 0; },
      keySet: function () { return new ArrayList(Array.from(map.keys())); },
      values: function () { return new ArrayList(Array.from(map.values())); },
      entrySet: function () {
        return new ArrayList(Array.from(map.entries(), function (e) {
          return { getKey: function () { return e[0]; }, getValue: function () { return e[1]; } };
        }));
      },
      propertyNames: function () { return self.keySet().iterator(); },
      stringPropertyNames: function () { return self.keySet(); },
      clear: function () { map.clear(); },
      toString: function () { return '{' + Array.from(map, function (e) { return e[0] + '=' + e[1]; }).join(', ') + '}'; }
    };
    return self;
  }
  function HashMap() { return mapOver(new Map(), function (v) { return v; }); }

  var printed = {
    print: function (x) { hostPrint(String(x)); },
    println: function (x) { hostPrint((x === undefined ? '' : String(x)) + '\n'); },
    write: function (x) { hostPrint(String(x)); },
    append: function (x) { hostPrint(String(x)); return printed; },
    flush: function () {}
  };

  // Java's regular expressions in the words of JavaScript's
  function translate(source, flags) {
    var set = flags, out = '', open = 0;
    var head = /^\(\?([a-z]+)\)/.exec(source);
    while (head) {
      head[1].split('').forEach(function (f) { if ('ims'.indexOf(f) >= 0 && set.indexOf(f) < 0) set += f; });
      source = source.slice(head[0].length);
      head = /^\(\?([a-z]+)\)/.exec(source);
    }
    for (var i = 0; i < source.length; i++) {
      var c = source[i];
      if (c === '\\') {
        var n = source[i + 1];
        if (n === 'Q') {
          var stop = source.indexOf('\\E', i + 2);
          if (stop < 0) stop = source.length;
          out += source.slice(i + 2, stop).replace(/[.*+?^\x24{}()|[\]\\\/]/g, '\\$&');
          i = stop + 1;
          continue;
        }
        if (n === 'A') { out += '(?<![\\s\\S])'; i++; continue; }
        if (n === 'z') { out += '(?![\\s\\S])'; i++; continue; }
        if (n === 'Z') { out += '(?=\\r?\\n?(?![\\s\\S]))'; i++; continue; }
        if (n === 'h') { out += '[ \\t\\u00a0]'; i++; continue; }
        if (n === 'p' || n === 'P') {
          var name = /^\{(?:Is)?(\w+)\}/.exec(source.slice(i + 2));
          var classes = { Alpha: 'a-zA-Z', Digit: '0-9', Alnum: 'a-zA-Z0-9', Upper: 'A-Z', Lower: 'a-z', Space: '\\s', Punct: '!-\\/:-@\\[-${'`'}{-~', XDigit: '0-9a-fA-F' };
          if (name && classes[name[1]]) { out += '[' + (n === 'P' ? '^' : '') + classes[name[1]] + ']'; i += 1 + name[0].length; continue; }
        }
        out += c + (n === undefined ? '\\' : n); i++;
        continue;
      }
      if (c === '[') {
        var end = i + 1;
        if (source[end] === '^') end++;
        if (source[end] === ']') end++;
        while (end < source.length && source[end] !== ']') end += source[end] === '\\' ? 2 : 1;
        out += source.slice(i, end + 1); i = end;
        continue;
      }
      if (c === '(') {
        var inner = /^\(\?([ims]+)\)/.exec(source.slice(i));
        if (inner) { out += '(?' + inner[1] + ':'; open++; i += inner[0].length - 1; continue; }
      }
      var repeat = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(source.slice(i));
      if (repeat && out !== '' && out[out.length - 1] !== '(') {
        out += repeat[0]; i += repeat[0].length - 1;
        // possessive: JavaScript has none; greedy finds the same unless the rest depends on it
        if (source[i + 1] === '+') i++;
        else if (source[i + 1] === '?') { out += '?'; i++; }
        continue;
      }
      out += c;
    }
    while (open-- > 0) out += ')';
    return new RegExp(out, set);
  }

  var registered = [], interesting = [];
  var scanner = {
    register: function (pattern, action) {
      registered.push({ regex: pattern instanceof RegExp ? pattern : translate(String(pattern), ''), action: action });
    },
    addLOI: function (lineNumber) { interesting.push(Number(lineNumber)); },
    getLinesOfInterest: function () { return new ArrayList(interesting); },
    scan: function () {
      if (registered.length === 0) return;
      var number = 0;
      for (var block = hostLines(true); block !== ''; block = hostLines(false)) {
        // the block ends with a line end of its own
        var lines = block.slice(0, -1).split('\n');
        for (var i = 0; i < lines.length; i++) {
          number++;
          var line = lines[i];
          for (var r = 0; r < registered.length; r++) {
            registered[r].regex.lastIndex = 0;
            if (registered[r].regex.test(line)) registered[r].action(number, line);
          }
        }
      }
    }
  };

  var java = {
    lang: {
      String: JavaString,
      Integer: { parseInt: function (x) { return parseInt(x, 10); }, valueOf: function (x) { return parseInt(x, 10); } },
      Boolean: { valueOf: function (x) { return String(x).toLowerCase() === 'true'; }, parseBoolean: function (x) { return String(x).toLowerCase() === 'true'; } },
      System: { out: printed, err: printed, currentTimeMillis: function () { return Date.now(); } },
      StringBuilder: function (start) {
        var all = start === undefined ? '' : String(start), self = {
          append: function (x) { all += String(x); return self; }, toString: function () { return all; }, length: function () { return all.length; }
        };
        return self;
      },
      RuntimeException: Error, Exception: Error
    },
    util: { ArrayList: ArrayList, LinkedList: ArrayList, HashMap: HashMap, Properties: HashMap },
    io: {}
  };
  java.lang.StringBuffer = java.lang.StringBuilder;
  global.java = java;
  global.Packages = { java: java };
  global.importPackage = global.importClass = function () {};
  global.print = printed.print;
  global.println = printed.println;
  global.properties = mapOver(values, function (v) { return text(v) === null ? '' : text(v); });
  global.scanner = scanner;
  global.commandOut = printed;
  global.hostStart = function (json) {
    delete global.hostStart;
    Object.entries(JSON.parse(json)).forEach(function (entry) { values.set(entry[0], entry[1]); });
  };
  global.hostResult = function () { return JSON.stringify({ properties: Object.fromEntries(values), linesOfInterest: interesting }); };
})(globalThis);
`;
