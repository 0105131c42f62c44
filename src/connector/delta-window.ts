import { parseDuration } from '../core/duration.ts';
import { getPath, parsePath, setPath } from '../core/field-path.ts';
import { type DataRecord, isRecord, type Json } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';
import { formatInstant, readInstant } from '../core/instant-format.ts';
import type { DeltaManifest } from './manifest-schema.ts';
import type { CallArguments } from './request.ts';

/** Start and end of what is asked for, as the operation's templates see them. */
export interface DeltaWindow {
  /** Epoch milliseconds; undefined asks for everything. */
  readonly from: number | undefined;
  /** `from` as the parameter takes it; null without one. */
  readonly since: Json;
  /** Whether it is as far back as the connector goes by itself, which a caller's own parameter goes before. */
  readonly isFirst: boolean;
}

/** Where the window begins: at the last checkpoint, or as far back as the connector says for a first reading. */
export function windowOf(delta: DeltaManifest | undefined, since: number | undefined, now: number): DeltaWindow {
  const from = since ?? (delta?.first === undefined ? undefined : now - parseDuration(delta.first));
  if (!delta || from === undefined || delta.strategy === 'link')
    return { from: undefined, since: null, isFirst: false };
  const step = delta.granularity === undefined ? 1 : parseDuration(delta.granularity);
  const begin = formatInstant(Math.floor(from / step) * step, delta.format, delta.zone);
  return { from, since: begin, isFirst: since === undefined };
}

/** The arguments of a call with its window laid into the query or the body. */
export function askForWindow(
  delta: DeltaManifest | undefined,
  window: DeltaWindow,
  args: CallArguments,
  now: number,
): CallArguments {
  if (delta?.strategy !== 'filter' || delta.parameter === undefined || window.from === undefined) return args;
  const given = givenFor(delta, args);
  if (window.isFirst && given !== null) return args;
  const until = formatInstant(now, delta.format, delta.zone);
  const value =
    delta.template === undefined
      ? window.since
      : compileTemplate(delta.template).evaluate({ since: window.since, until, given });
  const values = [
    [delta.parameter, value] as const,
    ...(delta.until === undefined ? [] : [[delta.until, until] as const]),
  ];
  if (delta.in === 'query') return { ...args, query: { ...args.query, ...Object.fromEntries(values) } };
  const body = args.body !== undefined && isRecord(args.body) ? args.body : {};
  return { ...args, body: values.reduce<DataRecord>((all, [path, each]) => setPath(all, parsePath(path), each), body) };
}

/** What the caller wrote for the parameter: a beginning or a filter of their own; null where that is nothing. */
function givenFor({ parameter = '', in: place }: DeltaManifest, { query = {}, body }: CallArguments): Json {
  if (place === 'query') return query[parameter] ?? null;
  return body !== undefined && isRecord(body) ? (getPath(body, parsePath(parameter)) ?? null) : null;
}

/** When a row changed, epoch milliseconds; undefined where it does not tell. */
export function changedAt(delta: DeltaManifest | undefined, row: DataRecord): number | undefined {
  if (delta?.field === undefined) return undefined;
  return readInstant(fieldOf(row, delta.field), delta.fieldFormat, delta.zone);
}

/** A field by its own name, else by its path: names may hold dots. */
export function fieldOf(row: DataRecord, field: string): Json | undefined {
  return Object.hasOwn(row, field) ? row[field] : getPath(row, parsePath(field));
}
