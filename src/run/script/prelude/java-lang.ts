/** `java.lang`: strings with the manners of Java, boxes for numbers, System, builders. */
export const javaLang = String.raw`
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
  JavaString.join = function (by, list) { return Array.from(arguments.length > 2 ? Array.prototype.slice.call(arguments, 1) : list).map(textOf).join(String(by)); };
  JavaString.format = function (format) {
    var rest = Array.prototype.slice.call(arguments, 1);
    return String(format).replace(/%[sdn%]/g, function (mark) { return mark === '%n' ? '\n' : mark === '%%' ? '%' : textOf(rest.shift()); });
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

  function StringBuilder(start) {
    if (!(this instanceof StringBuilder)) return new StringBuilder(start);
    this.text = start === undefined || typeof start === 'number' ? '' : String(start);
  }
  StringBuilder.prototype.append = function (x) { this.text += textOf(x); return this; };
  StringBuilder.prototype.insert = function (at, x) { this.text = this.text.slice(0, at) + textOf(x) + this.text.slice(at); return this; };
  StringBuilder.prototype.reverse = function () { this.text = Array.from(this.text).reverse().join(''); return this; };
  StringBuilder.prototype.length = function () { return this.text.length; };
  StringBuilder.prototype.setLength = function (n) { this.text = this.text.slice(0, n); };
  StringBuilder.prototype.toString = StringBuilder.prototype.valueOf = StringBuilder.prototype.toJSON = function () { return this.text; };

  // what an object of Java's answers where a script has a value of its own
  function boxed(box, value) { if (box instanceof this) box.value = value; return value; }
  function boxMethods(target, value) {
    var methods = {
      intValue: function () { return Math.trunc(value(this)); },
      doubleValue: function () { return Number(value(this)); },
      booleanValue: function () { return value(this); }
    };
    methods.longValue = methods.shortValue = methods.byteValue = methods.intValue;
    methods.floatValue = methods.doubleValue;
    Object.keys(methods).forEach(function (name) {
      Object.defineProperty(target, name, { value: methods[name], configurable: true, writable: true });
    });
  }
  [Number, Boolean].forEach(function (own) { boxMethods(own.prototype, function (x) { return x.valueOf(); }); });
  // made anew it is an object, as in Java; called, or asked to read a text, it gives the value
  function boxClass(valueOf) {
    function box(value) { return boxed.call(box, this, valueOf(value)); }
    box.prototype.valueOf = box.prototype.toJSON = function () { return this.value; };
    box.prototype.toString = function () { return String(this.value); };
    box.prototype.equals = javaMethods.equals;
    box.prototype.compareTo = function (other) { return this.value - other; };
    boxMethods(box.prototype, function (x) { return x.value; });
    box.valueOf = valueOf;
    box.toString = function (value) { return String(value); };
    return box;
  }
  function boxOf(name, read) {
    var box = boxClass(function (value) {
      var number = typeof value === 'number' ? value : read(String(value).trim());
      if (Number.isNaN(number)) throw new Error('java.lang.NumberFormatException: For input string: "' + value + '"');
      return number;
    });
    box['parse' + name] = box.valueOf;
    return box;
  }
  var whole = function (text) { return /^[-+]?\d+$/.test(text) ? Number(text) : NaN; };
  var real = function (text) { return text === '' ? NaN : Number(text); };
  var Integer = boxOf('Int', whole);
  Integer.MAX_VALUE = 2147483647; Integer.MIN_VALUE = -2147483648;
  var JavaBoolean = boxClass(function (x) { return String(x).toLowerCase() === 'true'; });
  JavaBoolean.parseBoolean = JavaBoolean.valueOf;
  JavaBoolean.TRUE = true; JavaBoolean.FALSE = false;

  var javaLang = {
    String: JavaString, StringBuilder: StringBuilder, StringBuffer: StringBuilder,
    Integer: Integer, Long: boxOf('Long', whole), Double: boxOf('Double', real), Float: boxOf('Float', real), Boolean: JavaBoolean,
    Math: Math,
    System: {
      out: printed, err: printed,
      currentTimeMillis: function () { return Date.now(); },
      lineSeparator: function () { return '\n'; },
      getProperty: function (name, other) { return name === 'line.separator' ? '\n' : name === 'file.separator' ? '/' : other === undefined ? null : other; },
      getenv: function () { return null; }
    },
    Exception: Error, RuntimeException: Error, IllegalStateException: Error, IllegalArgumentException: Error, Throwable: Error
  };
`;
