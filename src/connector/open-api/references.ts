import { isObject } from '../../core/record.ts';

/** Any JSON object of a document, read leniently. */
export type Node = Readonly<Record<string, unknown>>;

/** More references after each other than any honest document needs. */
const MAX_STEPS = 50;

/** Names that reach an object's prototype in careless code: no parameter, field or entity may have one. */
const HOSTILE = new Set(['__proto__', 'constructor', 'prototype']);

export function isHostile(name: string): boolean {
  return HOSTILE.has(name);
}

/** A property that the object has itself; never one of its prototype. */
export function own(node: unknown, key: string): unknown {
  return isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined;
}

/** A property that is an object; undefined when it is anything else. */
export function ownNode(node: unknown, key: string): Node | undefined {
  const value = own(node, key);
  return isObject(value) ? value : undefined;
}

/** A property that is a list; empty when it is anything else. */
export function ownList(node: unknown, key: string): readonly unknown[] {
  const value = own(node, key);
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** A property that is text; undefined when it is anything else. */
export function ownText(node: unknown, key: string): string | undefined {
  const value = own(node, key);
  return typeof value === 'string' ? value : undefined;
}

/**
 * Follows `$ref`s inside the document until there is none.
 *
 * @returns undefined for what is no object, a reference to another file, one that leads nowhere, or a circle.
 */
export function resolve(document: Node, node: unknown): Node | undefined {
  let current = node;
  const seen = new Set<string>();
  for (let step = 0; step < MAX_STEPS; step += 1) {
    if (!isObject(current)) return undefined;
    const reference = ownText(current, '$ref');
    if (reference === undefined) return current;
    if (!reference.startsWith('#/') || seen.has(reference)) return undefined;
    seen.add(reference);
    current = follow(document, reference);
  }
  return undefined;
}

/** Last part of a reference, which names the schema: `Faults` of `#/components/schemas/Faults`. */
export function referenceName(node: unknown): string | undefined {
  return ownText(node, '$ref')?.split('/').at(-1);
}

function follow(document: Node, reference: string): unknown {
  let current: unknown = document;
  for (const part of reference.slice(2).split('/')) {
    const key = decode(part).replaceAll('~1', '/').replaceAll('~0', '~');
    current = Array.isArray(current) ? (current as unknown[])[Number(key)] : own(current, key);
  }
  return current;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
