import { type LinkComponent, Link as LibraryLink, useNavigate, useSearch } from '@tanstack/react-router';

/** The library's link, marked as the place where one is only when it leads exactly there: "back to all" is somewhere else. */
export const Link: LinkComponent<'a'> = (props) => <LibraryLink activeOptions={EXACTLY} {...props} />;

const EXACTLY = { exact: true };

/** Filters as the address holds them: plain texts. */
export type Filters = Readonly<Record<string, string | undefined>>;

/** Reads the query of an address. Everything is text: the key 4711 is not a number. */
export function parseFilters(query: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query));
}

/** Writes filters as the query of an address; what is empty is left out. */
export function formatFilters(filters: Filters): string {
  const set = Object.entries(filters).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value]],
  );
  const text = new URLSearchParams(set).toString();
  return text === '' ? '' : `?${text}`;
}

/** Says which filters a page has; for its route. */
export function filtered<Name extends string>(
  given: Readonly<Record<string, unknown>>,
): Partial<Record<Name, string | undefined>> {
  return given as Partial<Record<Name, string>>;
}

type Changes = Readonly<Record<string, string | null | undefined>>;

/**
 * The filters in the address, and a way to change some; an empty value takes one out. What is changed leaves no step behind in
 * the history, and the page stays where it is scrolled to.
 */
export function useFilters() {
  const filters = useSearch({ strict: false });
  const navigate = useNavigate();
  const change = (changes: Changes): void => {
    const search = (before: object) => ({ ...before, ...withoutNull(changes) });
    void navigate({ to: '.', search, replace: true, resetScroll: false });
  };
  return [filters, change] as const;
}

function withoutNull(changes: Changes): Filters {
  return Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, value ?? undefined]));
}
