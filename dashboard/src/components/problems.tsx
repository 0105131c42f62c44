import { createContext, type ReactNode, useContext } from 'react';
import { ApiError } from '../api.ts';
import type { Problem } from '../types.ts';

const Context = createContext<readonly Problem[]>([]);

interface ProblemsProps {
  /** What the API answered to a document; undefined inside of another one. */
  readonly error?: unknown;
  /** Place that the fields below are for: of the document, or of the place around. */
  readonly at: string;
  readonly children: ReactNode;
}

/** Brings what the API found wrong to the fields that it is about. */
export function Problems({ error, at, children }: ProblemsProps) {
  const around = useContext(Context);
  const problems = error instanceof ApiError ? error.problems : around;
  return <Context.Provider value={problems.flatMap((problem) => below(problem, at))}>{children}</Context.Provider>;
}

/** What is wrong here, each with its place from here. */
export function useProblems(): readonly Problem[] {
  return useContext(Context);
}

function below({ path, message }: Problem, at: string): Problem[] {
  if (!path.startsWith(at)) return [];
  const rest = path.slice(at.length);
  if (at === '' || rest === '' || rest.startsWith('[')) return [{ path: rest, message }];
  return rest.startsWith('.') ? [{ path: rest.slice(1), message }] : [];
}
