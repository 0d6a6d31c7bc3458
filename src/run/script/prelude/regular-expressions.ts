/** Java's regular expressions, in the words of the engine's own. */
export const regularExpressions = String.raw`
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
`;
