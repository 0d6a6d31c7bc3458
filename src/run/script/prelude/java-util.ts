/** `java.util`: lists, sets, maps and patterns. */
export const javaUtil = String.raw`
  function iteratorOf(list) {
    var at = 0;
    return { hasNext: function () { return at < list.length; }, next: function () { return list[at++]; } };
  }
  function ArrayList(from) {
    if (!(this instanceof ArrayList)) return new ArrayList(from);
    this.items = from !== null && from !== undefined && typeof from === 'object' ? Array.from(from) : [];
  }
  ArrayList.prototype = {
    constructor: ArrayList,
    add: function (a, b) { if (arguments.length > 1) this.items.splice(a, 0, b); else this.items.push(a); return true; },
    addAll: function (other) { this.items.push.apply(this.items, Array.from(other)); return true; },
    addElement: function (v) { this.items.push(v); },
    getFirst: function () { return this.get(0); },
    getLast: function () { return this.get(this.items.length - 1); },
    subList: function (from, to) { return new ArrayList(this.items.slice(from, to)); },
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
    equals: function (other) { return String(this) === String(other); },
    toString: function () { return '[' + this.items.map(textOf).join(', ') + ']'; }
  };
  ArrayList.prototype[Symbol.iterator] = function () { return this.items[Symbol.iterator](); };


  function HashSet(from) {
    if (!(this instanceof HashSet)) return new HashSet(from);
    ArrayList.call(this);
    if (from !== undefined && typeof from !== 'number') this.addAll(from);
  }
  HashSet.prototype = Object.create(ArrayList.prototype);
  HashSet.prototype.constructor = HashSet;
  HashSet.prototype.add = function (v) { if (this.contains(v)) return false; this.items.push(v); return true; };
  HashSet.prototype.addAll = function (other) { var self = this, grew = false; Array.from(other).forEach(function (v) { if (self.add(v)) grew = true; }); return grew; };
  HashSet.prototype.remove = function (v) { var i = this.indexOf(v); if (i >= 0) this.items.splice(i, 1); return i >= 0; };
  function mapOver(map) {
    var self = {
      get: function (k) { var v = map.get(String(k)); return v === undefined ? null : v; },
      put: function (k, v) { var old = self.get(k); map.set(String(k), v); return old; },
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
      getOrDefault: function (k, other) { return map.has(String(k)) ? self.get(k) : other; },
      putIfAbsent: function (k, v) { var old = self.get(k); if (old === null) map.set(String(k), v); return old; },
      clear: function () { map.clear(); },
      toString: function () { return '{' + Array.from(map, function (e) { return e[0] + '=' + textOf(e[1]); }).join(', ') + '}'; }
    };
    return self;
  }
  function HashMap(from) {
    var self = mapOver(new Map());
    if (from !== null && typeof from === 'object') self.putAll(from);
    return self;
  }

  var Pattern = {
    CASE_INSENSITIVE: 2, MULTILINE: 8, DOTALL: 32,
    compile: function (source, flags) {
      var set = (flags & 2 ? 'i' : '') + (flags & 8 ? 'm' : '') + (flags & 32 ? 's' : '');
      return patternOf(String(source), set);
    },
    matches: function (source, text) { return Pattern.compile(source).matcher(text).matches(); },
    quote: function (text) { return '\\Q' + text + '\\E'; }
  };
  function patternOf(source, flags) {
    var regex = translate(source, flags + 'g');
    return {
      matcher: function (text) { return matcherOf(source, flags, regex, String(text)); },
      pattern: function () { return source; },
      split: function (text) { return String(text).split(translate(source, flags)); },
      toString: function () { return source; }
    };
  }
  function matcherOf(source, flags, regex, text) {
    var found = null, at = 0;
    function look(expression, from) { expression.lastIndex = from; found = expression.exec(text); return found !== null; }
    function need() { if (found === null) throw new Error('java.lang.IllegalStateException: No match found'); return found; }
    return {
      find: function (from) {
        var ok = look(regex, from === undefined ? at : from);
        if (ok) at = found.index + Math.max(1, found[0].length);
        return ok;
      },
      matches: function () { return look(translate('^(?:' + source + ')\\z', flags + 'g'), 0); },
      lookingAt: function () { return look(translate('^(?:' + source + ')', flags + 'g'), 0); },
      group: function (n) { var value = typeof n === 'string' ? (need().groups || {})[n] : need()[n || 0]; return value === undefined ? null : value; },
      groupCount: function () { return translate(source + '|', flags).exec('').length - 1; },
      start: function () { return need().index; },
      end: function () { return need().index + found[0].length; },
      reset: function () { at = 0; found = null; },
      replaceAll: function (by) { return text.replace(regex, by); },
      replaceFirst: function (by) { return text.replace(translate(source, flags), by); }
    };
  }

  var javaUtil = {
    ArrayList: ArrayList, LinkedList: ArrayList, Vector: ArrayList, Stack: ArrayList,
    HashSet: HashSet, LinkedHashSet: HashSet,
    HashMap: HashMap, LinkedHashMap: HashMap, Hashtable: HashMap, TreeMap: HashMap, Properties: HashMap,
    Arrays: {
      asList: function (a) { return new ArrayList(arguments.length === 1 && Array.isArray(a) ? a : Array.from(arguments)); },
      toString: function (a) { return String(new ArrayList(a)); }
    },
    Collections: {
      sort: function (list) { list.items.sort(function (a, b) { return a < b ? -1 : a > b ? 1 : 0; }); },
      emptyList: function () { return new ArrayList(); }
    },
    Date: Date,
    regex: { Pattern: Pattern }
  };
`;
