/** How many are worked on at the same time; the client's own limits hold as well. */
const AT_A_TIME = 4;

/** Works on all items, a few at a time, in their order. */
export async function aFewAtATime<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const lane = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_A_TIME, items.length) }, lane));
}
