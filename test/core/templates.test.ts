import { ConfigError, TransformError } from '../../src/core/errors.ts';
import type { Json } from '../../src/core/record.ts';
import { checkRoots, compileTemplate } from '../../src/core/templates.ts';
import { thrown } from './thrown.ts';

const RECORD = {
  id: 7,
  name: 'Ada',
  none: null,
  tags: ['a', 'b'],
  client: { id: 12 },
  items: [{ name: 'a}b', id: 1 }],
};

describe('compileTemplate', () => {
  test.each([
    ['plain', 'plain'],
    ['', ''],
    ['&{id}', 7],
    ['&{client}', { id: 12 }],
    ['&{none}', null],
    ['?{nowhere}', null],
    ['?{client.nowhere.x}', null],
    ['&{ id }', 7],
    ['#&{id}', '#7'],
    ['&{id}&{name}', '7Ada'],
    ['a &{client} b', 'a {"id":12} b'],
    ['[&{tags}]', '[["a","b"]]'],
    ['<&{none}?{nowhere}>', '<>'],
    ['\\&{id}', '&{id}'],
    ['\\?{id} &{id}', '?{id} 7'],
    ['\\\\&{id}', '\\7'],
    ['\\\\\\&{id}', '\\&{id}'],
    ['a\\b & {c} $', 'a\\b & {c} $'],
    ["&{items[?name=='a}b'].{id: id}}", [{ id: 1 }]],
    ['&{items[?name==`"a}b"`] | [0].id}', 1],
    ["&{join('}', tags)} end", 'a}b end'],
    ["&{'it\\'s }'}", "it's }"],
    ['&{@}', RECORD],
    [7, 7],
    [null, null],
    [
      ['&{id}', { a: '?{x}', b: ['&{name}!'] }, true],
      [7, { a: null, b: ['Ada!'] }, true],
    ],
  ] satisfies [Json, Json][])('%j gives %j', (source, result) => {
    expect(compileTemplate(source).evaluate(RECORD)).toEqual(result);
  });

  test('names a missing path and says how to get null', () => {
    const { evaluate } = compileTemplate({ site: '&{client.site}' });
    expect(() => evaluate(RECORD)).toThrow(TransformError);
    expect(() => evaluate(RECORD)).toThrow(
      '"client.site" finds nothing in this record; ?{client.site} would give null instead',
    );
    expect(thrown(() => evaluate(RECORD))).toMatchObject({ code: 'ERR_FIELD_MISSING' });
  });

  test('gives null or leaves out where it is told to', () => {
    const source = { a: '&{x}', b: 'id &{x}', c: ['&{x}', '&{id}'], d: '?{x}', e: '&{none}' };
    expect(compileTemplate(source, { onMissing: 'null' }).evaluate(RECORD)).toEqual({
      a: null,
      b: 'id ',
      c: [null, 7],
      d: null,
      e: null,
    });
    expect(compileTemplate(source, { onMissing: 'omit' }).evaluate(RECORD)).toEqual({ c: [7], d: null, e: null });
    expect(compileTemplate('&{x}', { onMissing: 'omit' }).find(RECORD)).toBeUndefined();
  });

  test('reads variables once, and never as expressions', () => {
    const names: string[] = [];
    const variables = (name: string) => {
      names.push(name);
      return '&{id}';
    };
    const { evaluate } = compileTemplate('${TOKEN} &{id}', { variables });
    expect([evaluate(RECORD), evaluate(RECORD)]).toEqual(['&{id} 7', '&{id} 7']);
    expect(names).toEqual(['TOKEN']);
  });

  test.each([
    ['${TOKEN}', 'ERR_VARIABLE_MISSING', 'Variable "TOKEN" is not set'],
    ['${a.b}', 'ERR_EXPRESSION', 'must hold the name of a variable'],
    ['&{id', 'ERR_EXPRESSION', 'a "{" is not closed'],
    ["&{a == 'x}", 'ERR_EXPRESSION', "a ' is not closed"],
    ['&{}', 'ERR_EXPRESSION', 'is empty'],
    ['&{a..b}', 'ERR_EXPRESSION', 'Expression "a..b" is wrong at position 3'],
  ])('refuses %s', (source, code, message) => {
    const compile = () => compileTemplate({ field: [source] }, { at: 'fields' });
    expect(compile).toThrow(ConfigError);
    expect(compile).toThrow(message);
    expect(thrown(compile)).toMatchObject({
      code,
      details: expect.objectContaining({ path: 'fields.field[0]' }) as unknown,
    });
  });

  test('names all faults at once', () => {
    const compile = () => compileTemplate({ a: '&{', b: 'ok', c: '${X}' }, { at: 'fields' });
    const problems = [
      expect.objectContaining({ path: 'fields.a' }),
      expect.objectContaining({ path: 'fields.c' }),
    ] as unknown;
    expect(thrown(compile)).toMatchObject({ code: 'ERR_INVALID', details: { problems } });
  });

  test('keeps "__proto__" an ordinary key', () => {
    const source = JSON.parse('{"__proto__":{"polluted":"&{id}"},"constructor":1}') as Json;
    const result = compileTemplate(source).evaluate(RECORD) as object;
    expect(JSON.stringify(result)).toBe('{"__proto__":{"polluted":7},"constructor":1}');
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  });

  test('fails one record whose value is too deep for text', () => {
    const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as Json;
    expect(() => compileTemplate('x &{a}').evaluate({ a: deep })).toThrow(TransformError);
  });
});

describe('checkRoots', () => {
  const ALLOWED = ['config', 'secret', 'record', 'page'];

  test.each([
    ['&{config.url}/x?{page.next}', []],
    ['&{record.items[?id == `1`].name | [0]}', []],
    ['&{sort_by(record.items, &name)[*].{id: id}}', []],
    ['&{@.config.x || $.page}', []],
    ['${NAME} text', []],
    ['&{recrod.id}', ['unknown name "recrod" in "recrod.id" (did you mean "record"?)']],
    ['&{config.a || other}', ['unknown name "other" in "config.a || other" (known: config, secret, record, page)']],
    ['&{record.items[?id == $.cnfig.id]}', [expect.stringContaining('"cnfig"')]],
    ['&{@ | parent.id}', [expect.stringContaining('"parent"')]],
    ['&{{a: state, b: length(respose)}}', [expect.stringContaining('"state"'), expect.stringContaining('"respose"')]],
    ['&{config.}', [expect.stringContaining('unexpected end')]],
    ['&{config', [expect.stringContaining('not closed')]],
  ] as [string, unknown[]][])('%s', (source, messages) => {
    expect(checkRoots(source, ALLOWED)).toEqual(messages);
  });

  test('names the place inside a larger value', () => {
    expect(checkRoots({ a: [{ b: '&{x.y}' }] }, ['config'], 'query')).toEqual([
      expect.stringMatching(/^query\.a\[0\]\.b: unknown name "x"/),
    ]);
  });
});
