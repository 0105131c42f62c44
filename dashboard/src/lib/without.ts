/** A copy of an object without one of its keys. */
export function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: gone, ...rest } = value;
  void gone;
  return rest;
}
