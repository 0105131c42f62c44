/** What a function throws, for a closer look than `toThrow` takes; undefined when it throws nothing. */
export function thrown(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}
