import { describe, expect, test } from '@jest/globals';
import { runInNewContext } from 'node:vm';
import { compileRegExp } from '../../src/programs/regexp/compile-regexp.ts';
import { RegExpSearch } from '../../src/programs/regexp/regexp-search.ts';
import { scriptsForTests } from '../support/scripts.ts';
import { randomNumbers, randomPattern, randomText } from './random-patterns.ts';
import { stepRunner } from './run-step.ts';

const scripts = scriptsForTests();

/** What expressions give in a program, and in the language itself. */
async function inBoth(
  expressions: readonly string[],
): Promise<{ ours: readonly unknown[]; native: readonly unknown[] }> {
  const list = expressions.map((each) => `() => (${each})`).join(',\n');
  const code = `
    const show = (value) => JSON.stringify(value, (key, each) => each === undefined ? 'undefined' : Array.isArray(each) && 'index' in each
      ? { list: [...each], index: each.index, input: each.input, groups: each.groups && { ...each.groups }, indices: each.indices && [...each.indices] } : each);
    return { out: [${list}].map((each) => { try { return show(each()); } catch (error) { return error.name; } }) };`;
  const [ours] = (await stepRunner({ type: 'javascript', code, timeoutMs: 10_000 }, scripts)()) as { out: unknown[] }[];
  const native = runInNewContext(`(() => { ${code} })()`) as { out: unknown[] };
  return { ours: ours?.out ?? [], native: [...native.out] };
}

describe('regular expressions of a program mean what they mean in the language', () => {
  const expressions = [
    `/a(b)?(c)/.exec('xac')`,
    `/(?<year>\\d{4})-(?<month>\\d\\d)/.exec('on 2024-05').groups`,
    `/(?<year>\\d{4})-(?<month>\\d\\d)?/d.exec('on 2024-').indices`,
    `/(?<year>\\d{4})/d.exec('on 2024').indices.groups`,
    `'a-b-c'.replace('-', '+')`,
    `'a-b-c'.replaceAll(/-/g, '+')`,
    `'a-b-c'.replaceAll(/-/, '+')`,
    `'John Smith'.replace(/(\\w+)\\s(\\w+)/, '$2, $1 $$ $& $\` $\\' $3 $0 $')`,
    `'John Smith'.replace(/(?<first>\\w+)\\s(?<last>\\w+)/, '$<last>, $<first> $<none>| $<first')`,
    `'abcdefghijklm'.replace(/(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)/, '$11-$10-$1-$12-$01')`,
    `'a1b22'.replace(/\\d+/g, (found, at, all) => '[' + found + at + all + ']')`,
    `'k=v'.replace(/(?<k>\\w)=(?<v>\\w)/, (...all) => JSON.stringify(all))`,
    `'1234567.891'.replace(/\\B(?=(\\d{3})+(?!\\d))/g, ',')`,
    `'1234567'.replace(/(?<=\\d)(?=(?:\\d{3})+$)/g, '.')`,
    `'aaa'.match('(a+)+$')`,
    `'aaa'.match(/a/g)`,
    `'bbb'.match(/a/g)`,
    `'x'.match()`,
    `'a.b'.search('.')`,
    `'ab'.search(/b/g)`,
    `[...'a1b2'.matchAll(/[a-z](\\d)/g)]`,
    `[...'aaa'.matchAll('a')].length`,
    `'aaa'.matchAll(/a/)`,
    `'a, b,c'.split(/\\s*,\\s*/)`,
    `'abc'.split(/(?:)/)`,
    `'abc'.split(/(b)/)`,
    `'A<B>bold</B>and<CODE>coded</CODE>'.split(/<(\\/)?([^<>]+)>/)`,
    `'abc'.split(/$/)`,
    `''.split(/a/)`,
    `''.split(/(?:)/)`,
    `'a1b2c3'.split(/\\d/, 2)`,
    `'a1b'.split(/\\d/, 0)`,
    `'aXbxc'.split(/x/i)`,
    `'aab'.split(/a*?/)`,
    `'aab'.split(/a*/)`,
    `((rx) => [rx.test('a'), rx.lastIndex, rx.test('a'), rx.lastIndex])(/a/g)`,
    `((rx) => { rx.lastIndex = 1; return [rx.test('ba'), rx.lastIndex, rx.test('ba'), rx.lastIndex]; })(/a/y)`,
    `((rx) => { rx.lastIndex = 5; return [rx.exec('a'), rx.lastIndex]; })(/a/g)`,
    `((rx) => { rx.lastIndex = 5; return [rx.exec('a'), rx.lastIndex]; })(/a/)`,
    `((rx) => { const out = []; let m; while ((m = rx.exec('a1a2'))) out.push(m[1], m.index); return out; })(/a(\\d)/g)`,
    `((rx) => { Object.defineProperty(rx, 'exec', { value: undefined }); return [rx.test('a'), 'a'.replace(rx, 'b')]; })(/a/)`,
    `'aba'.replace(/a/y, '-') + 'aaba'.replace(/a/gy, '-')`,
    `/^b$/m.exec('a\\r\\nb\\r\\nc').index`,
    `'a\\r\\nb'.split(/\\r\\n|\\r|\\n/)`,
    `'a\\u2028b'.match(/./g)`,
    `/(z)((a+)?(b+)?(c))*/.exec('zaacbbbcac')`,
    `/(a*)*/.exec('b')`,
    `/(?:a?)*?y/.exec('aay')`,
    `/[^]/.test('\\n') && !/[]/.test('a')`,
    `[/\\u{1F600}/u.test('😀'), /^.$/.test('😀'), /^.$/u.test('😀'), /\\p{Lu}/u.test('É'), /\\bé/.test('é')]`,
    `[/ſ/i.test('s'), /ſ/iu.test('s'), /k/iu.test('\\u212a'), /ß/i.test('ẞ'), /é/i.test('É')]`,
    `['\\ud800x'.replace(/x/, 'y'), 'a\\0b'.replace(/b/, 'c'), /\\0b/.exec('a\\0b').index, /\\ud83d/.test('😀')]`,
    `[/\\cJ/.test('\\n'), /\\x41\\u0042/.test('AB'), /a{,2}/.test('a{,2}'), /]/.test(']'), /\\-/.test('-')]`,
    `[String(/a\\/b/gi), /a/gimsuy.flags, new RegExp('/').source, RegExp('a', 'i').test('A'), new RegExp(/a/, 'g').flags]`,
    `[/a/ instanceof RegExp, Object.prototype.toString.call(/a/), /a/.constructor === RegExp, RegExp.prototype.exec.length]`,
    `new RegExp('(')`,
    `RegExp.prototype.exec.call({}, 'a')`,
    `(class extends RegExp { get extra() { return 1; } }).prototype.test.call(/a/, 'a')`,
    `new (class Mine extends RegExp {})('b+', 'g')[Symbol.replace]('abb', '-')`,
    `'price: 12,50 EUR'.match(/(\\d+)[.,](\\d{2})\\s*(EUR|USD)/)`,
    `'x'.repeat(20001).replace(/x/g, 'y').length + 'x'.repeat(20001).split(/x/).length`,
    `'camelCaseText'.replace(/[A-Z]/g, (letter) => '-' + letter.toLowerCase())`,
    `'  trim  me '.replace(/^\\s+|\\s+$/g, '').replace(/\\s+/g, ' ')`,
  ];

  test('each of a table', async () => {
    const { ours, native } = await inBoth(expressions);
    expect(expressions.map((each, index) => [each, ours[index]])).toEqual(
      expressions.map((each, index) => [each, native[index]]),
    );
  });

  test('random expressions on random texts, also when all that fails is remembered', () => {
    const next = randomNumbers(20261130);
    let compared = 0;
    for (let round = 0; round < 600; round += 1) {
      const { source, flags, native } = randomPattern(next);
      const program = compileRegExp(source, flags);
      const text = randomText(next, flags);
      for (const rememberAfter of [Infinity, 0]) {
        const found = new RegExpSearch(program, text, () => undefined, rememberAfter).find(0, false);
        native.lastIndex = 0;
        const spans = (native.exec(text)?.indices as (number[] | undefined)[] | undefined)?.flatMap(
          (span) => span ?? [-1, -1],
        );
        expect({ source, flags, text, found }).toEqual({ source, flags, text, found: spans });
        compared += 1;
      }
    }
    expect(compared).toBe(1_200);
  });
});

describe('no expression runs away', () => {
  const bombs = [
    ['(a+)+$', 'a', '!'],
    ['(a*)*b', 'a', ''],
    ['(?:a|a)*b', 'a', ''],
    ['(x+x+)+y', 'x', ''],
    ['((a|b)*?c)*?d', 'ab', ''],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a', ''],
    ['a(.*z)?', 'a', ''],
    ['(?=.*x)a', 'a', ''],
    ['(?=(a+)+$)b', 'a', '!'],
    ['(?:(?=a*)a)*b', 'a', ''],
    ['(?:(?!.*z)a)*b', 'a', ''],
    ['(?<=(?:a|a)*)b', 'a', ''],
  ] as const;

  test.each(bombs)('%s takes steps in proportion to the text', (source, part, end) => {
    const stepsFor = (length: number): number => {
      const text = part.repeat(length / part.length) + end;
      const search = new RegExpSearch(compileRegExp(source, ''), text, () => undefined);
      for (let at = 0; at <= text.length;) {
        const [start = 0, last = 0] = search.find(at, false) ?? [text.length, text.length];
        at = Math.max(last, start + 1);
      }
      return search.steps;
    };
    expect(stepsFor(8_000)).toBeLessThan(8_000 * 50);
    expect(stepsFor(8_000) / stepsFor(4_000)).toBeLessThan(2.5);
  });

  test('a program with bombs answers, however they come to be', async () => {
    const code = `
      const text = 'a'.repeat(5000) + '!';
      return {
        literal: /(a+)+$/.test(text),
        made: new RegExp('(a+)+$').exec(text),
        text: text.match('(a*)*b'),
        search: text.search('(a|a)*b'),
        constructed: new (/x/.constructor)('(a|aa)+$').test(text),
        replaced: text.replace(/(a+)+$/g, '').length,
        split: text.split(/(?:a+)+b/).length,
        own: (() => { const own = /(a+)+$/; Object.defineProperty(own, "exec", { value: null }); Object.setPrototypeOf(own, null); return RegExp.prototype.test.call(own, text); })(),
        mine: new (class extends RegExp { exec() { return null; } })('(a+)+$').test(text),
        every: [...text.matchAll(/(a+)+$/g)].length,
      };`;
    const run = stepRunner({ type: 'javascript', code, timeoutMs: 10_000 }, scripts);
    expect(await run()).toEqual([
      {
        literal: false,
        made: null,
        text: null,
        search: -1,
        constructed: false,
        replaced: 5_001,
        split: 1,
        own: false,
        mine: false,
        every: 0,
      },
    ]);
  });

  test('a search that is only long ends with the time of the program, also when the program catches that', async () => {
    const code = 'const text = "a".repeat(3000000); for (;;) { try { /(a|b|ab)*(?=(a*))c/.test(text); } catch {} }';
    const run = stepRunner({ type: 'javascript', code, timeoutMs: 50 }, scripts);
    expect(await run()).toEqual({ code: 'ERR_SCRIPT_TIME', message: 'The program took longer than 50 ms' });
  });

  test.each([
    'RegExp.prototype.exec = 1;',
    'delete RegExp.prototype.test;',
    'RegExp.prototype[Symbol.match] = 1;',
    '/a/.compile("b");',
  ])('nothing brings back the search of the engine: %s', async (change) => {
    const run = stepRunner({ type: 'javascript', code: `${change}\nreturn record;` }, scripts);
    expect(await run()).toMatchObject({ code: 'ERR_SCRIPT_FAILED' });
  });
});

describe('what cannot be done in linear time is told', () => {
  test.each([
    [
      'return /(a)\\1/.test(record.a);',
      'The regular expression /(a)\\1/ cannot be used: it refers back to a group by \\1',
    ],
    ['const a = 1 / 2;\nreturn { b: "x".replace(/(?<q>["\'])\\k<q>/g, "") };', '(line 2, column 25)'],
    ['return /(?:(?:a{1000}){1000}){1000}/.test("a");', 'it is too large'],
  ])('in a literal when it is saved: %s', (code, message) => {
    expect(() => stepRunner({ type: 'javascript', code }, scripts)).toThrow(message);
  });

  test('in an expression that the program makes, when it is used', async () => {
    const run = stepRunner(
      { type: 'javascript', code: 'return { is: new RegExp("(a)" + "\\\\1").test("aa") };' },
      scripts,
    );
    expect(await run()).toEqual({
      code: 'ERR_SCRIPT_FAILED',
      message: expect.stringContaining(
        'The regular expression /(a)\\1/ cannot be used: it refers back to a group by \\1',
      ) as unknown,
    });
  });
});
