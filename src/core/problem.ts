/** One thing that is wrong, and where: `spec.subscriber.entity`. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** Appends a key to a path as people write it: `a.b[0].c`. */
export function join(path: string, key: string | number): string {
  if (typeof key === 'number' || /^\d+$/.test(key)) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}
