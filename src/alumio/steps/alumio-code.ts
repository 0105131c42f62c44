import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { ScriptProgram, Transformer } from '../../core/component.ts';
import type { Json } from '../../core/record.ts';
import { checkJavascript } from '../../programs/check-javascript.ts';
import { PROGRAM_TIME_OPTION, SCRIPT_LIMITS } from '../../programs/limits.ts';
import { runProgram } from '../../programs/records-of-result.ts';
import { partContext } from '../part-context.ts';
import { waitingPhpStep } from '../php-step.ts';
import { fromJson, toJson } from '../php/array.ts';
import { parseKeys, setAt } from '../php/pattern.ts';

const options = {
  type: 'object',
  properties: {
    code: {
      type: 'string',
      minLength: 1,
      maxLength: SCRIPT_LIMITS.source,
      description: 'Body of a function of "data", in JavaScript. What it returns goes to "destination".',
    },
    source: { default: '&{@}', description: 'What is in "data": a value or placeholders.' },
    destination: {
      type: ['string', 'null'],
      default: null,
      description: 'Path of the result; without it the result takes the place of the record.',
    },
    timeoutMs: PROGRAM_TIME_OPTION,
  },
  required: ['code'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-code',
  summary: 'Runs a JavaScript function of "data", apart from the platform and within bounds of time and memory.',
  options,
  examples: [
    {
      title: 'A list is worked on and put back',
      options: {
        code: 'return data.map((each) => ({ ...each, gross: each.net * 1.19 }));',
        source: '&{products}',
        destination: 'products',
      },
      input: { id: 1, products: [{ net: 100 }] },
      output: [{ id: 1, products: [{ net: 100, gross: 119 }] }],
    },
    {
      title: 'Without a destination the result is the record',
      options: { code: 'data.total = data.price * data.count;\nreturn data;' },
      input: { price: 2, count: 3 },
      output: [{ price: 2, count: 3, total: 6 }],
    },
  ],
  create({ code, source, destination, timeoutMs }, context) {
    const program: ScriptProgram = {
      language: 'javascript',
      source: `return (function (data) { ${code}\n})(record.data);`,
      constants: {},
      timeoutMs,
    };
    checkJavascript(code);
    const fill = partContext(context).fill(source as Json, 'source');
    const target = parseKeys(destination ?? '');
    return waitingPhpStep(async (root, run) => {
      const result = await runProgram(context.scripts, program, { data: toJson(fill(root, run)) }, run);
      return setAt(root, target, fromJson(result));
    });
  },
} satisfies Transformer<FromSchema<typeof options>>;
