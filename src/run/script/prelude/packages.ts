/** `java`, `Packages` and the ways to name a class shortly; a class that is not there is named by its error. */
export const packages = `
  // asked for what it does not have, a package says so instead of being undefined
  function packageOf(path, classes) {
    return new Proxy(classes, {
      get: function (target, name) {
        if (typeof name === 'symbol' || name in target) return target[name];
        throw new Error(path + '.' + name + ' is not known to scripts');
      }
    });
  }
  var java = packageOf('java', {
    lang: packageOf('java.lang', javaLang),
    util: packageOf('java.util', javaUtil),
    net: packageOf('java.net', javaNet),
    io: packageOf('java.io', { PrintStream: function () { return printed; } })
  });
  global.java = java;
  global.Packages = packageOf('Packages', { java: java });
  function nameClasses(target, list, over) {
    list.forEach(function (one) {
      if (typeof one === 'function') { var found = nameOf(one); if (found !== null) target[found] = one; return; }
      Object.keys(one).forEach(function (name) { if (over || !(name in global)) target[name] = one[name]; });
    });
  }
  function nameOf(one) {
    var found = null;
    [javaLang, javaUtil, javaNet].forEach(function (classes) {
      Object.keys(classes).forEach(function (name) { if (found === null && classes[name] === one) found = name; });
    });
    return found;
  }
  global.importPackage = function () { nameClasses(global, Array.from(arguments), false); };
  global.importClass = function () {
    Array.from(arguments).forEach(function (one) { var name = nameOf(one); if (name !== null) global[name] = one; });
  };
  global.JavaImporter = function () {
    var target = {};
    nameClasses(target, Array.from(arguments), true);
    target.importPackage = function () { nameClasses(target, Array.from(arguments), true); };
    target.importClass = target.importPackage;
    return target;
  };
`;
