import type { compile } from '@jmespath-community/jmespath';
import {
  characters,
  FUNCTION_NAMES,
  findFunction,
  isOfKind,
  typeName,
  type Call,
  type ExpressionFunction,
} from './expression-functions.ts';
import { charge, chargePass, ExpressionFault, type Work } from './expression-work.ts';
import { jsonEqual } from './json-equal.ts';
import {
  calculate,
  type Dialect,
  isEmptyList,
  isTruthy,
  keyReader,
  readIndex,
  slice,
  type Value,
} from './expression-values.ts';
import { didYouMean } from './nearest.ts';
import { isRecord, type Json } from './record.ts';

/** A node of the syntax tree that the JMESPath library's parser makes. */
export type ExpressionNode = ReturnType<typeof compile>;

/** What stays the same during one evaluation, except inside `let`. */
interface Frame {
  readonly root: Json;
  readonly work: Work;
  readonly variables: ReadonlyMap<string, Value>;
}

type Evaluate = (value: Value, frame: Frame) => Value;

/** The members of the union that may carry one of these types; one member can stand for several. */
type NodeOf<Type, Node = ExpressionNode> = Node extends { readonly type: infer Own }
  ? [Own & Type] extends [never]
    ? never
    : Node
  : never;

/**
 * Compiles a syntax tree to a function.
 *
 * The library's own interpreter is not used: it reads inherited properties (`constructor` gives a function), sets
 * prototypes (`merge`), sorts numbers as text and puts no bound on work. This one reads own properties only, and every
 * step counts against `Work`.
 *
 * In the dialect of PHP, an empty list is an empty object, too, lists may have fields beside their items, and comparing
 * what has no order is false.
 *
 * `$vars` stands for the variables of steps, which are handed in with each root; without any it is missing.
 *
 * @throws ExpressionFault for unknown functions and variables, and for wrong numbers of arguments.
 */
export function compileNode(
  node: ExpressionNode,
  dialect: Dialect = 'standard',
): (root: Json, work: Work, vars?: Json) => Value {
  const evaluate = build(node, { names: STEP_VARIABLES, dialect });
  if (!readsVariables(node)) return (root, work) => evaluate(root, { root, work, variables: NO_VARIABLES });
  return (root, work, vars) => evaluate(root, { root, work, variables: new Map([[VARS, vars]]) });
}

/** What an expression calls the variables of steps: `$vars.name`. */
const VARS = 'vars';
const STEP_VARIABLES: ReadonlySet<string> = new Set([VARS]);

function readsVariables(node: ExpressionNode): boolean {
  return (node.type === 'Variable' && node.name === VARS) || childrenOf(node).some(readsVariables);
}

/**
 * Whether evaluating can build new lists and objects, rather than hand out parts of the record.
 *
 * Such a result may be far larger than the record, so its size is checked.
 */
export function buildsValues(node: ExpressionNode): boolean {
  if (node.type === 'MultiSelectList' || node.type === 'MultiSelectHash' || node.type === 'Function') return true;
  return childrenOf(node).some(buildsValues);
}

/** The nodes directly below a node. */
export function childrenOf(node: ExpressionNode): readonly ExpressionNode[] {
  if (node.type === 'MultiSelectHash') return node.children.map((pair) => pair.value);
  if (node.type === 'LetExpression') return [...node.bindings.map(({ reference }) => reference), node.expression];
  if (node.type === 'Binding') return [node.reference];
  if (node.type === 'Ternary') return [node.condition, node.trueExpr, node.falseExpr];
  if (node.type === 'FilterProjection') return [node.left, node.condition, node.right];
  if (node.type === 'Unary') return [node.operand];
  if ('children' in node) return node.children;
  if ('child' in node) return [node.child];
  return 'left' in node ? [node.left, node.right] : [];
}

const NO_VARIABLES: ReadonlyMap<string, Value> = new Map();

/** What is known where a node stands. */
interface Scope {
  /** Variables that a `let` around the node has bound. */
  readonly names: ReadonlySet<string>;
  readonly dialect: Dialect;
}

function build(node: ExpressionNode, scope: Scope): Evaluate {
  switch (node.type) {
    case 'Identity':
    case 'Current':
      return (value) => value;
    case 'Root':
      return (_, frame) => frame.root;
    case 'Literal':
      return () => node.value;
    case 'Field':
      return keyReader(node.name, scope.dialect);
    case 'Index':
      return (value) => readIndex(value, node.value);
    case 'Slice':
      return buildSlice(node);
    case 'Subexpression':
    case 'IndexExpression':
    case 'Pipe':
      return buildSequence(node, scope);
    case 'Projection':
    case 'ValueProjection':
    case 'FilterProjection':
      return buildProjection(node, scope);
    case 'Flatten':
      return buildFlatten(node, scope);
    case 'MultiSelectList':
    case 'MultiSelectHash':
      return buildSelection(node, scope);
    case 'Comparator':
      return buildComparator(node, scope);
    case 'Arithmetic':
    case 'Unary':
      return buildArithmetic(node, scope);
    case 'AndExpression':
    case 'OrExpression':
      return buildChoice(node, scope);
    case 'NotExpression':
      return buildNot(node, scope);
    case 'Ternary':
      return buildTernary(node, scope);
    case 'LetExpression':
      return buildLet(node, scope);
    case 'Variable':
      return buildVariable(node, scope);
    case 'Function':
      return buildCall(node, scope);
    case 'ExpressionReference':
      throw new ExpressionFault('"&" stands only before an argument of map, sort_by, max_by, min_by or group_by');
    case 'Binding':
      throw new ExpressionFault('a single "=" stands only after "let"; compare with "=="');
  }
}

function buildSequence(node: NodeOf<'Subexpression' | 'IndexExpression' | 'Pipe'>, scope: Scope): Evaluate {
  const left = build(node.left, scope);
  const right = build(node.right, scope);
  if (node.type !== 'Subexpression') return (value, frame) => right(left(value, frame), frame);
  // `a.{x: b}` of an absent a is absent, not an object of nulls.
  return (value, frame) => {
    const base = left(value, frame);
    return base === undefined || base === null ? undefined : right(base, frame);
  };
}

function buildSlice({ start, stop, step }: NodeOf<'Slice'>): Evaluate {
  const stride = step ?? 1;
  if (stride === 0) throw new ExpressionFault('the step of a slice cannot be 0');
  return (value, { work }) => {
    chargePass(work, value);
    if (typeof value === 'string') return slice(characters(value), start, stop, stride).join('');
    return Array.isArray(value) ? slice(value as readonly Json[], start, stop, stride) : undefined;
  };
}

function buildProjection(node: NodeOf<'Projection' | 'ValueProjection' | 'FilterProjection'>, scope: Scope): Evaluate {
  if (node.type === 'Projection' && node.left.type === 'Flatten')
    return buildFlatProjection(node.left, node.right, scope);
  const left = build(node.left, scope);
  const right = build(node.right, scope);
  const keep = node.type === 'FilterProjection' ? build(node.condition, scope) : undefined;
  const slicesText = node.left.type === 'IndexExpression' && node.left.right.type === 'Slice';
  return (value, frame) => {
    const base = left(value, frame);
    if (slicesText && typeof base === 'string') return right(base, frame);
    const items = node.type === 'ValueProjection' ? valuesOf(base, scope.dialect) : listOf(base);
    if (!items) return undefined;
    charge(frame.work, items.length);
    const collected: Json[] = [];
    for (const item of items) {
      if (keep && !isTruthy(keep(item, frame))) continue;
      const result = right(item, frame);
      if (result !== undefined && result !== null) collected.push(result);
    }
    return collected;
  };
}

/** `list[].field`, without the flat list in between. */
function buildFlatProjection({ child: inside }: NodeOf<'Flatten'>, each: ExpressionNode, scope: Scope): Evaluate {
  const child = build(inside, scope);
  const right = build(each, scope);
  return (value, frame) => {
    const list = listOf(child(value, frame));
    if (!list) return undefined;
    const collected: Json[] = [];
    const collect = (items: readonly Json[], isOuter: boolean): void => {
      charge(frame.work, 2 * items.length);
      for (const item of items) {
        if (isOuter && Array.isArray(item)) collect(item as readonly Json[], false);
        else {
          const result = right(item, frame);
          if (result !== undefined && result !== null) collected.push(result);
        }
      }
    };
    collect(list, true);
    return collected;
  };
}

function listOf(value: Value): readonly Json[] | undefined {
  return Array.isArray(value) ? (value as readonly Json[]) : undefined;
}

function valuesOf(value: Value, dialect: Dialect): readonly Json[] | undefined {
  if (isRecord(value)) return Object.values(value);
  return dialect === 'php' && isEmptyList(value) ? [] : undefined;
}

function buildFlatten(node: NodeOf<'Flatten'>, scope: Scope): Evaluate {
  const child = build(node.child, scope);
  return (value, frame) => {
    const list = listOf(child(value, frame));
    if (!list) return undefined;
    charge(frame.work, list.length);
    const flat: Json[] = [];
    for (const item of list) {
      if (!Array.isArray(item)) flat.push(item);
      else {
        charge(frame.work, item.length);
        for (const inner of item as readonly Json[]) flat.push(inner);
      }
    }
    return flat;
  };
}

function buildSelection(node: NodeOf<'MultiSelectList' | 'MultiSelectHash'>, scope: Scope): Evaluate {
  if (node.type === 'MultiSelectList') {
    const items = node.children.map((child) => build(child, scope));
    return (value, frame) => {
      charge(frame.work, items.length);
      return items.map((item) => item(value, frame) ?? null);
    };
  }
  const fields = node.children.map(({ name, value }) => [name, build(value, scope)] as const);
  return (value, frame) => {
    charge(frame.work, fields.length);
    return Object.fromEntries(fields.map(([name, field]) => [name, field(value, frame) ?? null]));
  };
}

function buildComparator(node: NodeOf<'Comparator'>, scope: Scope): Evaluate {
  const left = build(node.left, scope);
  const right = build(node.right, scope);
  const same: Evaluate = (value, frame) => {
    const visit = () => {
      charge(frame.work, 1);
    };
    return jsonEqual(left(value, frame) ?? null, right(value, frame) ?? null, visit);
  };
  switch (node.name) {
    case 'EQ':
      return same;
    case 'NE':
      return (value, frame) => same(value, frame) === false;
    case 'GT':
      return ordered((a, b) => a > b);
    case 'GTE':
      return ordered((a, b) => a >= b);
    case 'LT':
      return ordered((a, b) => a < b);
    case 'LTE':
      return ordered((a, b) => a <= b);
  }

  function ordered(compare: (a: number, b: number) => boolean): Evaluate {
    return (value, frame) => {
      const a = left(value, frame);
      const b = right(value, frame);
      if (typeof a === 'number' && typeof b === 'number') return compare(a, b);
      return scope.dialect === 'php' ? false : undefined;
    };
  }
}

function buildArithmetic(node: NodeOf<'Arithmetic' | 'Unary'>, scope: Scope): Evaluate {
  const left: Evaluate = node.type === 'Unary' ? () => 0 : build(node.left, scope);
  const right = build(node.type === 'Unary' ? node.operand : node.right, scope);
  return (value, frame) => calculate(node.operator, left(value, frame), right(value, frame));
}

function buildChoice(node: NodeOf<'AndExpression' | 'OrExpression'>, scope: Scope): Evaluate {
  const left = build(node.left, scope);
  const right = build(node.right, scope);
  const stopsAt = node.type === 'OrExpression';
  return (value, frame) => {
    const result = left(value, frame);
    return isTruthy(result) === stopsAt ? result : right(value, frame);
  };
}

function buildNot(node: NodeOf<'NotExpression'>, scope: Scope): Evaluate {
  const child = build(node.child, scope);
  return (value, frame) => !isTruthy(child(value, frame));
}

function buildTernary(node: NodeOf<'Ternary'>, scope: Scope): Evaluate {
  const condition = build(node.condition, scope);
  const yes = build(node.trueExpr, scope);
  const no = build(node.falseExpr, scope);
  return (value, frame) => (isTruthy(condition(value, frame)) ? yes(value, frame) : no(value, frame));
}

function buildLet(node: NodeOf<'LetExpression'>, scope: Scope): Evaluate {
  const bindings = node.bindings.map(({ variable, reference }) => [variable, build(reference, scope)] as const);
  const names = new Set([...scope.names, ...bindings.map(([name]) => name)]);
  const body = build(node.expression, { ...scope, names });
  return (value, frame) => {
    const bound = bindings.map(([name, reference]) => [name, reference(value, frame)] as const);
    return body(value, { ...frame, variables: new Map([...frame.variables, ...bound]) });
  };
}

function buildVariable({ name }: NodeOf<'Variable'>, scope: Scope): Evaluate {
  const { names } = scope;
  if (!names.has(name)) throw new ExpressionFault(`"$${name}" is bound by no "let"${didYouMean(name, [...names])}`);
  return (_, frame) => frame.variables.get(name);
}

function buildCall({ name, children }: NodeOf<'Function'>, scope: Scope): Evaluate {
  const target = findFunction(name);
  if (!target) throw new ExpressionFault(`there is no function ${name}()${didYouMean(name, FUNCTION_NAMES)}`);
  checkCount(name, target, children.length);
  const expected = children.map((_, index) => target.parameters[index] ?? target.parameters.at(-1) ?? []);
  const built = children.map((child, index) =>
    buildArgument(name, child, expected[index]?.[0] === 'expression', index, scope),
  );
  const each = built.find((argument) => argument.isExpression)?.evaluate ?? (() => null);
  return (value, frame) => {
    charge(frame.work, 1);
    const args: Json[] = [];
    for (const [index, argument] of built.entries()) {
      if (argument.isExpression) continue;
      const given = fitArgument(argument.evaluate(value, frame) ?? null, expected[index] ?? [], scope.dialect);
      args.push(checkArgument(name, given, expected[index] ?? [], index, frame.work));
    }
    const call: Call = {
      work: frame.work,
      each: (item) => {
        charge(frame.work, 1);
        return each(item, frame) ?? null;
      },
    };
    const result = target.call(args, call);
    chargePass(frame.work, result);
    return result;
  };
}

interface Argument {
  readonly isExpression: boolean;
  readonly evaluate: Evaluate;
}

function buildArgument(
  name: string,
  node: ExpressionNode,
  isExpression: boolean,
  index: number,
  scope: Scope,
): Argument {
  if (node.type === 'ExpressionReference' && isExpression) return { isExpression, evaluate: build(node.child, scope) };
  if (isExpression) {
    throw new ExpressionFault(`argument ${index + 1} of ${name}() is an expression: write "&" before it`);
  }
  return { isExpression, evaluate: build(node, scope) };
}

function checkCount(
  name: string,
  { parameters, optional = 0, variadic = false }: ExpressionFunction,
  count: number,
): void {
  const least = parameters.length - optional;
  if (count >= least && (variadic || count <= parameters.length)) return;
  const wanted = variadic ? `${least} or more` : optional > 0 ? `${least} to ${parameters.length}` : String(least);
  throw new ExpressionFault(`${name}() takes ${wanted} argument${wanted === '1' ? '' : 's'}, not ${count}`);
}

/** An empty array of PHP is an object, too. */
function fitArgument(value: Json, kinds: ExpressionFunction['parameters'][number], dialect: Dialect): Json {
  return dialect === 'php' && kinds.includes('object') && !kinds.includes('list') && isEmptyList(value) ? {} : value;
}

function checkArgument(
  name: string,
  value: Json,
  kinds: ExpressionFunction['parameters'][number],
  index: number,
  work: Work,
): Json {
  chargePass(work, value);
  if (kinds.some((kind) => isOfKind(value, kind))) return value;
  throw new ExpressionFault(`argument ${index + 1} of ${name}() must be ${kinds.join(' or ')}, not ${typeName(value)}`);
}
