/**
 * Makes many small calls one large one: what is asked for while a call is under way goes out together when it is done.
 *
 * A caller who is alone waits for nobody. Under load one statement does the work of many, and the number of statements
 * follows the speed of the database instead of the number of callers.
 *
 * @param run Does the work of all `items` at once or of none; answers one result for each, in order. When it fails for several,
 *   each is tried alone.
 * @param most Items of one call.
 * @param gatherMs Shortest time from the beginning of one call to that of the next, milliseconds: who can wait so long spares
 *   calls where many come one after the other.
 */
export function coalesce<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  most = 200,
  gatherMs = 0,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let isBusy = false;

  const next = async (): Promise<void> => {
    const batch = waiting.slice(0, most);
    waiting = waiting.slice(most);
    try {
      const results = await run(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      // One that cannot be done must not take the others with it.
      if (batch.length === 1) batch[0]?.reject(error);
      else for (const each of batch) await alone(each);
    }
  };

  const alone = async ({ item, resolve, reject }: Waiting<Item, Result>): Promise<void> => {
    try {
      const [result] = await run([item]);
      resolve(result as Result);
    } catch (error) {
      reject(error);
    }
  };

  const drain = async (): Promise<void> => {
    isBusy = true;
    if (gatherMs > 0) await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const earliest = performance.now() + gatherMs;
      await next();
      await until(earliest);
    }
    isBusy = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isBusy) void drain();
    });
}

async function until(instant: number): Promise<void> {
  const rest = instant - performance.now();
  if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}
