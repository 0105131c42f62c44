import type { Variable } from '../store/variables.ts';

/** Finds the value of a variable; undefined where there is none. */
type Lookup = (name: string) => string | undefined;

/** What documents read by `${NAME}`: the environment of the process, then what is kept on the server. */
export interface VariableBook {
  readonly lookup: Lookup;
  /** Reads anew what is kept; before documents are compiled, so that one configuration sees one state. */
  readonly refresh: () => Promise<void>;
}

/**
 * Puts both together. The environment counts first: who runs the server decides.
 *
 * @param environment Look-up that answers nothing for what documents must never read.
 * @param isReserved Whether documents must never read it, wherever it stands.
 */
export function createVariableBook(
  environment: Lookup,
  isReserved: (name: string) => boolean,
  read: () => Promise<readonly Variable[]>,
): VariableBook {
  let kept: ReadonlyMap<string, string> = new Map();
  return {
    lookup: (name) => (isReserved(name) ? undefined : (environment(name) ?? kept.get(name))),
    async refresh() {
      kept = new Map((await read()).map(({ name, value }) => [name, value]));
    },
  };
}
