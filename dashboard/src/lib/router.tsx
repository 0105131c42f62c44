import {
  type AnchorHTMLAttributes,
  type ComponentType,
  lazy,
  type LazyExoticComponent,
  type MouseEvent,
  type Ref,
  useSyncExternalStore,
} from 'react';

/**
 * Addresses of the dashboard. Every view is a path, and its filters are the query, so that any state can be sent to
 * a colleague. Small enough to need no library.
 */
export type Params = Readonly<Record<string, string>>;
type Page = LazyExoticComponent<ComponentType<{ params: Params }>>;

/** A page and the path it stands at; `:name` matches one part. */
export interface Route {
  readonly path: string;
  readonly Page: Page;
}

/** A page that is loaded when it is first shown. */
export function page(path: string, load: () => Promise<{ default: ComponentType<{ params: Params }> }>): Route {
  return { path, Page: lazy(load) };
}

/** The route that a path belongs to, with what its `:names` stand for. */
export function matchRoute(routes: readonly Route[], path: string): { route: Route; params: Params } | undefined {
  for (const route of routes) {
    const params = matchPath(route.path, path);
    if (params) return { route, params };
  }
  return undefined;
}

function matchPath(pattern: string, path: string): Params | undefined {
  const wanted = pattern.split('/');
  const given = path.replace(/\/$/, '').split('/');
  if (pattern === '/') return path === '/' ? {} : undefined;
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return undefined;
  }
  return params;
}

/** Goes to an address. `replace` leaves no step behind in the history: for filters that are being typed. */
export function navigate(href: string, { replace = false }: { replace?: boolean } = {}): void {
  if (replace) history.replaceState(null, '', href);
  else {
    history.pushState(null, '', href);
    window.scrollTo(0, 0);
  }
  window.dispatchEvent(new Event('sluice:navigate'));
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener);
  window.addEventListener('sluice:navigate', listener);
  return () => {
    window.removeEventListener('popstate', listener);
    window.removeEventListener('sluice:navigate', listener);
  };
}

/** Path of the current address. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname);
}

/** The filters in the address, and a way to change some; an empty value takes one out. */
export function useFilters(): [Params, (changes: Record<string, string | null | undefined>) => void] {
  const search = useSyncExternalStore(subscribe, () => location.search);
  const change = (changes: Record<string, string | null | undefined>): void => {
    const next = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === undefined || value === '') next.delete(name);
      else next.set(name, value);
    }
    const text = next.toString();
    navigate(`${location.pathname}${text === '' ? '' : `?${text}`}`, { replace: true });
  };
  return [Object.fromEntries(new URLSearchParams(search)), change];
}

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & {
  readonly href: string;
  readonly ref?: Ref<HTMLAnchorElement>;
};

/** A link inside the dashboard. A real one: it opens in a new tab, too. */
export function Link({ href, onClick, ...rest }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    navigate(href);
  };
  return <a href={href} onClick={follow} {...rest} />;
}
