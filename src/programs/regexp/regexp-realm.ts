/**
 * Regular expressions of the world of a JavaScript program, as source of a function for QuickJS.
 *
 * Literals and `new RegExp` stay objects of the engine, which reads their syntax; but all that would search with them is replaced here,
 * before the program is compiled, by a search of the host, and what replaces it is frozen with the rest. Nothing else in the language
 * comes to the engine's own search: methods of texts, which make an expression of a text, take it from the prototype too.
 *
 * The function takes `search(source, flags, how, text, from, isSticky, limit)`, the source as JSON, which answers JSON of names and matches, or `e` and
 * why the expression cannot be used. `how` says what `text` is: the one before (0), the text (1) or its JSON (2), where it has what
 * does not come through as it is. It answers a function that forgets the text.
 */
export const REGEXP_REALM = `
function replaceRegExp(search) {
  const prototype = RegExp.prototype;
  const getter = (name) => Function.prototype.call.bind(Object.getOwnPropertyDescriptor(prototype, name).get);
  const sourceOf = getter('source');
  const letters = Object.entries({
    hasIndices: 'd', global: 'g', ignoreCase: 'i', multiline: 'm', dotAll: 's', unicode: 'u', unicodeSets: 'v', sticky: 'y',
  }).map(([name, letter]) => [getter(name), letter]);
  const known = new WeakMap();
  const MANY = 10000;
  let lastText;

  function of(pattern) {
    let found = known.get(pattern);
    if (found === undefined) {
      const flags = letters.map(([has, letter]) => (has(pattern) ? letter : '')).join('');
      const has = (letter) => flags.includes(letter);
      const source = sourceOf(pattern);
      found = {
        source, sent: JSON.stringify(source), flags, isGlobal: has('g'), isSticky: has('y'), isUnicode: has('u') || has('v'), hasIndices: has('d'),
      };
      known.set(pattern, found);
    }
    return found;
  }

  function find(known, text, from, limit, isSticky = known.isSticky) {
    const isSame = text === lastText;
    const isPlain = isSame || (text.isWellFormed() && !text.includes('\\0'));
    const sent = isSame ? '' : isPlain ? text : JSON.stringify(text);
    const answer = search(known.sent, known.flags, isSame ? 0 : isPlain ? 1 : 2, sent, from, isSticky ? 1 : 0, limit);
    lastText = text;
    if (answer[0] !== 'e') return JSON.parse(answer);
    throw new SyntaxError('The regular expression /' + known.source + '/' + known.flags + ' cannot be used: ' + answer.slice(1));
  }

  function findAll(known, text) {
    const { names, matches } = find(known, text, 0, MANY);
    for (let last = matches.length; last === MANY; ) {
      const [start, end] = matches[matches.length - 1];
      const more = find(known, text, end > start ? end : next(known, text, end), MANY).matches;
      for (const match of more) matches.push(match);
      last = more.length;
    }
    return { names, matches };
  }

  function next({ isUnicode }, text, at) {
    return at + (isUnicode && text.codePointAt(at) > 0xffff ? 2 : 1);
  }

  function lengthOf(value) {
    const number = Math.trunc(Number(value)) || 0;
    return Math.min(Math.max(number, 0), Number.MAX_SAFE_INTEGER);
  }

  function findNext(pattern, text) {
    const known = of(pattern);
    const moves = known.isGlobal || known.isSticky;
    const index = lengthOf(pattern.lastIndex);
    const from = moves ? index : 0;
    const { names, matches } = from > text.length ? { matches: [] } : find(known, text, from, 1);
    if (moves) pattern.lastIndex = matches.length === 0 ? 0 : matches[0][1];
    return { known, names, match: matches[0] };
  }

  function toMatch({ hasIndices }, names, text, places) {
    const texts = [];
    const spans = [];
    for (let slot = 0; slot < places.length; slot += 2) {
      const isThere = places[slot] >= 0;
      texts.push(isThere ? text.slice(places[slot], places[slot + 1]) : undefined);
      if (hasIndices) spans.push(isThere ? [places[slot], places[slot + 1]] : undefined);
    }
    const match = texts;
    match.index = places[0];
    match.input = text;
    match.groups = named(names, texts);
    if (hasIndices) {
      spans.groups = named(names, spans);
      match.indices = spans;
    }
    return match;
  }

  function named(names, values) {
    if (names.length === 0) return undefined;
    const groups = Object.create(null);
    for (const [name, numbers] of names) groups[name] = values[numbers.find((number) => values[number] !== undefined)];
    return groups;
  }

  function* eachMatch(pattern, text) {
    for (;;) {
      const { known, names, match } = findNext(pattern, text);
      if (match === undefined) return;
      if (match[0] === match[1]) pattern.lastIndex = next(known, text, match[1]);
      yield toMatch(known, names, text, match);
      if (!known.isGlobal) return;
    }
  }

  function expand(template, text, match) {
    const end = match.index + match[0].length;
    let result = '';
    let from = 0;
    for (let at = template.indexOf('$'); at >= 0; at = template.indexOf('$', from)) {
      result += template.slice(from, at);
      const [value, length] = reference(template, at, text, match, end);
      result += value;
      from = at + length;
    }
    return result + template.slice(from);
  }

  function reference(template, at, text, match, end) {
    const letter = template[at + 1];
    if (letter === '$') return ['$', 2];
    if (letter === '&') return [match[0], 2];
    if (letter === '\`') return [text.slice(0, match.index), 2];
    if (letter === "'") return [text.slice(end), 2];
    if (letter === '<' && match.groups !== undefined) {
      const close = template.indexOf('>', at);
      if (close < 0) return ['$', 1];
      const value = match.groups[template.slice(at + 2, close)];
      return [value === undefined ? '' : value, close + 1 - at];
    }
    for (const digits of [2, 1]) {
      const written = template.slice(at + 1, at + 1 + digits);
      const isNumber = written.length === digits && [...written].every((each) => each >= '0' && each <= '9');
      const group = isNumber ? Number(written) : 0;
      if (group > 0 && group < match.length) return [match[group] ?? '', digits + 1];
    }
    return ['$', 1];
  }

  const methods = {
    exec(value) {
      const text = String(value);
      const { known, names, match } = findNext(this, text);
      return match === undefined ? null : toMatch(known, names, text, match);
    },
    test(value) {
      return findNext(this, String(value)).match !== undefined;
    },
    [Symbol.match](value) {
      const text = String(value);
      const known = of(this);
      if (!known.isGlobal) return methods.exec.call(this, text);
      this.lastIndex = 0;
      const { matches } = findAll(known, text);
      return matches.length === 0 ? null : matches.map(([start, end]) => text.slice(start, end));
    },
    [Symbol.matchAll](value) {
      const { flags, source } = of(this);
      const copy = new RegExp(source, flags);
      copy.lastIndex = lengthOf(this.lastIndex);
      return eachMatch(copy, String(value));
    },
    [Symbol.replace](value, replacement) {
      const text = String(value);
      const by = typeof replacement === 'function' ? replacement : String(replacement);
      const known = of(this);
      if (known.isGlobal) this.lastIndex = 0;
      const { names, matches } = known.isGlobal ? findAll(known, text) : findOnce(this, text);
      const isPlain = typeof by === 'string' && !by.includes('$');
      const pieces = [];
      let from = 0;
      for (const places of matches) {
        pieces.push(text.slice(from, places[0]));
        if (isPlain) pieces.push(by);
        else {
          const match = toMatch(known, names, text, places);
          pieces.push(typeof by === 'string' ? expand(by, text, match) : call(by, match));
        }
        from = places[1];
      }
      pieces.push(text.slice(from));
      return pieces.join('');
    },
    [Symbol.search](value) {
      const { matches } = find(of(this), String(value), 0, 1);
      return matches.length === 0 ? -1 : matches[0][0];
    },
    [Symbol.split](value, limit) {
      const text = String(value);
      const most = limit === undefined ? 4294967295 : limit >>> 0;
      const known = of(this);
      const parts = [];
      if (most === 0) return parts;
      if (text === '') return find(known, '', 0, 1, true).matches.length === 0 ? [''] : [];
      let from = 0;
      for (const places of cuts(known, text)) {
        parts.push(text.slice(from, places[0]));
        if (parts.length === most) return parts;
        for (let slot = 2; slot < places.length; slot += 2) {
          parts.push(places[slot] < 0 ? undefined : text.slice(places[slot], places[slot + 1]));
          if (parts.length === most) return parts;
        }
        from = places[1];
      }
      parts.push(text.slice(from));
      return parts;
    },
  };

  function findOnce(pattern, text) {
    const { names, match } = findNext(pattern, text);
    return { names, matches: match === undefined ? [] : [match] };
  }

  function call(by, match) {
    const { index, input, groups } = match;
    const values = [...match, index, input];
    if (groups !== undefined) values.push(groups);
    return String(by.apply(undefined, values));
  }

  /** Where a text is cut: not at its ends, and not where nothing is cut off. */
  function* cuts(known, text) {
    let last = 0;
    for (let at = 0; at < text.length; ) {
      const { matches } = find(known, text, at, MANY, false);
      for (const places of matches) {
        const [start, end] = places;
        if (start >= text.length) return;
        if (end !== last) yield places;
        if (end !== last) last = end;
        at = end > start ? end : next(known, text, end);
      }
      if (matches.length < MANY) return;
    }
  }

  for (const key of Reflect.ownKeys(methods)) {
    Object.defineProperty(prototype, key, { value: methods[key], writable: true, enumerable: false, configurable: true });
  }
  delete prototype.compile;
  return () => {
    lastText = undefined;
  };
}
`;
