/** `scanner`: reads the log once and calls what was registered for the lines that match. */
export const scanner = String.raw`
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

  var printed = {
    print: function (x) { hostPrint(String(x)); },
    println: function (x) { hostPrint((x === undefined ? '' : String(x)) + '\n'); },
    write: function (x) { hostPrint(String(x)); },
    append: function (x) { hostPrint(String(x)); return printed; },
    flush: function () {}
  };
`;
