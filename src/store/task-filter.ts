/** Which tasks are meant; everything that is given has to hold. */
export interface TaskFilter {
  readonly ids?: readonly number[] | undefined;
  /** Several with commas between. */
  readonly state?: string | undefined;
  readonly route?: string | undefined;
  readonly incoming?: string | undefined;
  readonly run?: number | undefined;
  readonly key?: string | undefined;
  /** Group of errors. */
  readonly error?: string | undefined;
  /** Beginning of a key, or a whole value that tasks were told to be found by. */
  readonly q?: string | undefined;
  /** Tasks with ids below this one: the page after it. */
  readonly before?: number | undefined;
  /** Tasks with ids above this one, and up to the other. */
  readonly after?: number | undefined;
  readonly upTo?: number | undefined;
  readonly limit: number;
}

/** Tasks looked at for one search; a beginning that fits more of them finds only some. */
const MOST_FOUND = 5000;

const SEARCH = `id IN (SELECT id FROM (
    (SELECT id FROM task WHERE key LIKE ? LIMIT ${MOST_FOUND})
    UNION ALL (SELECT id FROM task WHERE search @> ARRAY[?] LIMIT ${MOST_FOUND})) found)`;

/** A condition in SQL, with the values that stand in it. */
export function taskConditions(filter: Omit<TaskFilter, 'limit'>): { where: string; values: unknown[] } {
  const { q } = filter;
  const parts: readonly (readonly [sql: string, ...values: unknown[]])[] = [
    ['id = ANY(?::bigint[])', filter.ids],
    ['state = ANY(?)', filter.state?.split(',')],
    ['route = ?', filter.route],
    ['incoming = ?', filter.incoming],
    ['run = ?', filter.run],
    ['key = ?', filter.key],
    ['cause = ?', filter.error],
    [SEARCH, q === undefined ? undefined : `${escapeLike(q)}%`, q?.toLowerCase()],
    ['id < ?', filter.before],
    ['id > ?', filter.after],
    ['id <= ?', filter.upTo],
  ];
  const values: unknown[] = [];
  const set = parts
    .filter(([, first]) => first !== undefined)
    .map(([sql, ...own]) =>
      sql.replaceAll('?', () => {
        values.push(own.shift());
        return `$${values.length}`;
      }),
    );
  return { where: set.length === 0 ? '' : `WHERE ${set.join(' AND ')}`, values };
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, String.raw`\$&`);
}
