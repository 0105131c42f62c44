import type { Api } from '../api.ts';
import { columns } from '../columns.ts';

interface Variable {
  readonly name: string;
  readonly value: string | null;
  readonly author: string;
  readonly updatedAt: string;
  readonly isOverridden: boolean;
}

/** `sluice variable list`: names, and values of those that are no secrets. */
export async function listVariables(api: Api): Promise<string[]> {
  const { items } = await api.request<{ items: readonly Variable[] }>('GET', '/variables');
  if (items.length === 0) return ['No variable is kept here'];
  return columns(
    items.map(({ name, value, author, updatedAt, isOverridden }) => [
      name,
      value ?? '(secret)',
      `by ${author}, ${updatedAt}`,
      isOverridden ? 'the environment has another, which counts' : '',
    ]),
  );
}

/** `sluice variable set`: the value comes from the standard input, so that it stands in no history of a shell. */
export async function setVariable(
  api: Api,
  name: string,
  value: string,
  { plain, reason }: { readonly plain: boolean; readonly reason?: string | undefined },
): Promise<string[]> {
  const body = { value, isSecret: !plain, ...(reason !== undefined && { reason }) };
  await api.request('PUT', `/variables/${encodeURIComponent(name)}`, body);
  return [`${name} is set; documents read it as \${${name}}`];
}

/** `sluice variable remove`. */
export async function removeVariable(api: Api, name: string): Promise<string[]> {
  await api.request('DELETE', `/variables/${encodeURIComponent(name)}`);
  return [`${name} is removed`];
}
