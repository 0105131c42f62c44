import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { boundedCache } from '../core/bounded-cache.ts';
import type { Transformer, TransformerContext } from '../core/component.ts';
import { DURATION, parseDuration } from '../core/duration.ts';
import { AuthError, ConfigError, HttpStatusError, NotYetError, TransformError } from '../core/errors.ts';
import { getPath, parsePath, setPath } from '../core/field-path.ts';
import { type DataRecord, isRecord, type Json, plainText } from '../core/record.ts';
import { type Eventually, type StepOperation, type StepRequest, type StepRun, whenKnown } from '../core/step-run.ts';
import { compileTemplate } from '../core/templates.ts';

const options = {
  type: 'object',
  properties: {
    client: {
      type: 'string',
      minLength: 1,
      description: 'Identifier of the client; its limits hold for these calls, too.',
    },
    entity: { type: 'string', minLength: 1, description: 'Entity of its connector, such as "tickets".' },
    operation: {
      type: 'string',
      minLength: 1,
      default: 'get',
      description: 'Operation of the entity, such as "get" or "list".',
    },
    path: { type: 'object', default: {}, description: 'Path parameters: values or templates.' },
    query: { type: 'object', default: {}, description: 'Query parameters: values or templates.' },
    body: { description: 'Body of the call: a value or a template.' },
    take: {
      enum: ['answer', 'record', 'records'],
      default: 'answer',
      description:
        'What counts of the answer: all of it as it came, the first record in it, or all its records, of all pages (10,000 at most).',
    },
    batch: {
      type: 'object',
      properties: {
        parameter: { type: 'string', minLength: 1, description: 'Query parameter that takes the keys, as a list.' },
        key: { type: 'string', minLength: 1, description: 'Key of the row that the record wants: a template.' },
        recordKey: { type: 'string', minLength: 1, default: 'id', description: 'Field of a row that is its key.' },
        size: { type: 'integer', minimum: 1, maximum: 1000, default: 50, description: 'Most keys of one call.' },
      },
      required: ['parameter', 'key'],
      additionalProperties: false,
      description:
        'Makes one call for many records of a page: their keys go out together, and each record gets the row that is its own. "operation" is one that gives rows by their keys, such as a list. A call that is refused is made again with half of the keys, so one bad key fails its own record.',
    },
    from: { type: 'string', minLength: 1, description: 'Path of the part of it that is wanted; all of it by default.' },
    to: {
      type: 'string',
      minLength: 1,
      description: 'Path of the field that gets it; without it the record stays as it is.',
    },
    cacheFor: {
      ...DURATION,
      description:
        'How long an answer is kept for the same call, up to 1,000 answers of 10 MB in all. Within a page or batch the same call is made once anyway. Only for operations that read.',
    },
    onMissing: {
      enum: ['fail', 'keep', 'null', 'default', 'skip'],
      description:
        'What happens where the system answers 404, or nothing is found in the answer: the record fails, stays as it is, gets null or "default", or is left out. By default "fail", or "default" where one is given.',
    },
    default: { description: 'Value for "onMissing".' },
    onRefusal: {
      enum: ['fail', 'missing'],
      default: 'fail',
      description:
        'What happens where the call is refused otherwise (400 to 499): the record fails, or it is as with "onMissing".',
    },
  },
  required: ['client', 'entity'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const MOST_ANSWERS = 1_000;
const MOST_BYTES = 10 * 1024 * 1024;

const given = { answers: { 'halo/site.get': { id: 3, name: 'HQ', client: { id: 12 } }, 'halo/site.list': [] } };

export default {
  type: 'http-call',
  summary:
    'Calls an operation of a client and puts what it answers into a field. A call that changes something is made again when the record is tried again.',
  usesPlatform: true,
  options,
  examples: [
    {
      title: 'A part of a record of another system',
      options: {
        client: 'halo',
        entity: 'site',
        path: { id: '&{site}' },
        from: 'client.id',
        to: 'client_id',
        cacheFor: '10m',
      },
      given,
      input: { site: 3 },
      output: [{ site: 3, client_id: 12 }],
    },
    {
      title: 'A search that finds nothing',
      options: {
        client: 'halo',
        entity: 'site',
        operation: 'list',
        query: { search: '&{name}' },
        take: 'records',
        from: '[0].id',
        to: 'site_id',
        onMissing: 'null',
      },
      given,
      input: { name: 'Attic' },
      output: [{ name: 'Attic', site_id: null }],
    },
    {
      title: 'One call for all records of a page: sites of many tickets by "?ids=3,4,5"',
      options: {
        client: 'halo',
        entity: 'site',
        operation: 'list',
        batch: { parameter: 'ids', key: '&{site}' },
        from: 'name',
        to: 'site_name',
      },
      given: {
        answers: {
          'halo/site.list': [
            { id: 3, name: 'HQ' },
            { id: 4, name: 'Depot' },
          ],
        },
      },
      input: { site: 4 },
      output: [{ site: 4, site_name: 'Depot' }],
    },
    {
      title: 'Where nothing is found the record fails',
      options: { client: 'halo', entity: 'site', path: { id: '&{site}' }, from: 'owner', to: 'owner' },
      given,
      input: { site: 3 },
      error: '"halo/site.get" gives nothing at "owner"',
    },
  ],
  create(given, context) {
    const operation = context.operation(given.client, given.entity, given.operation);
    const { onMissing, default: fallback, from, to } = given;
    const rule = onMissing ?? (fallback === undefined ? 'fail' : 'default');
    if (rule === 'default' && fallback === undefined) {
      throw new ConfigError('ERR_INVALID', '"default" is missing: "onMissing" asks for it');
    }
    if (given.batch && !operation.isReading) {
      throw new ConfigError('ERR_INVALID', `"batch" cannot be given: "${operation.name}" may change something`);
    }
    const requestOf = compileRequest(given, context);
    const call = compileCall(operation, given.cacheFor);
    const source = from === undefined ? [] : parsePath(from);
    const target = to === undefined ? undefined : parsePath(to);
    const put = (record: DataRecord, value: Json) => [target ? setPath(record, target, value) : record];
    const missing = (record: DataRecord): readonly DataRecord[] => {
      if (rule === 'fail') throw nothingFound(operation.name, from);
      if (rule === 'skip') return [];
      return rule === 'keep' ? [record] : put(record, rule === 'null' ? null : (fallback as Json));
    };
    const use = (record: DataRecord, answer: Json | undefined): readonly DataRecord[] => {
      if (target === undefined && from === undefined) return [record];
      const found = answer === undefined ? undefined : getPath(answer, source);
      return found === undefined ? missing(record) : put(record, found);
    };
    return (record, run) => {
      const refused = (error: unknown): readonly DataRecord[] => {
        if (isMissing(error, given.onRefusal === 'missing')) return missing(record);
        throw whatNow(error);
      };
      const answer = call(requestOf(record, run), run);
      if (answer instanceof Promise) return answer.then((found) => use(record, found), refused);
      return use(record, answer);
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;

function compileRequest(
  { path, query, body, take, batch }: Pick<FromSchema<typeof options>, 'path' | 'query' | 'body' | 'take' | 'batch'>,
  context: TransformerContext,
): (record: DataRecord, run: StepRun) => StepRequest {
  const source = { path, query, ...(body !== undefined && { body }), ...(batch && { key: batch.key }) };
  const template = compileTemplate(source as Json, { variables: context.variable });
  return (record, { variables }) => {
    const made = template.evaluate(record, variables) as DataRecord;
    const request = { path: parameters(made['path']), query: parameters(made['query']), body: made['body'], take };
    return batch ? { ...request, batch: { ...batch, key: plainText(made['key'] ?? null) } } : request;
  };
}

function parameters(value: Json | undefined): DataRecord {
  return isRecord(value) ? value : {};
}

/** The call, behind a cache where one is asked for. */
function compileCall(
  operation: StepOperation,
  cacheFor: string | undefined,
): (request: StepRequest, run: StepRun) => Eventually<Json | undefined> {
  if (cacheFor === undefined) return (request, run) => run.call(operation, request);
  if (!operation.isReading) {
    throw new ConfigError('ERR_INVALID', `"cacheFor" cannot be given: "${operation.name}" may change something`);
  }
  const cache = boundedCache<{ readonly answer: Json | undefined; readonly at: number }>(
    parseDuration(cacheFor),
    MOST_ANSWERS,
    MOST_BYTES,
  );
  const underWay = new Map<string, Promise<Json | undefined>>();
  const ask = (name: string, request: StepRequest, run: StepRun): Eventually<Json | undefined> => {
    const at = Date.now();
    const asking = whenKnown(run.call(operation, request), (answer) => {
      const bytes = name.length + (answer === undefined ? 0 : JSON.stringify(answer).length);
      cache.set(name, { answer, at }, bytes, at);
      return answer;
    });
    if (!(asking instanceof Promise)) return asking;
    const over = (): void => {
      if (underWay.get(name) === asking) underWay.delete(name);
    };
    asking.then(over, over);
    underWay.set(name, asking);
    return asking;
  };
  return (request, run) => {
    const name = JSON.stringify(request);
    const kept = cache.get(name, Date.now());
    // Whoever tries a record again may have put right what was looked up.
    if (kept && kept.at >= run.notBefore) return kept.answer;
    const other = underWay.get(name);
    if (!other) return ask(name, request, run);
    run.stepAside();
    // What ends the call of another batch does not end this one.
    return other.catch(() => ask(name, request, run));
  };
}

function isMissing(error: unknown, withRefusals: boolean): boolean {
  if (!(error instanceof HttpStatusError)) return false;
  return error.status === 404 || (withRefusals && error.status >= 400 && error.status < 500 && !error.retryable);
}

/** A client that cannot sign in is no fault of the record: it is tried again. */
function whatNow(error: unknown): unknown {
  if (!(error instanceof AuthError)) return error;
  return new NotYetError(error.message, error.details, error.code);
}

function nothingFound(name: string, from: string | undefined): TransformError {
  const what = from === undefined ? '' : ` at "${from}"`;
  return new TransformError(`"${name}" gives nothing${what}`, { operation: name }, 'ERR_CALL_EMPTY');
}
