import type { ScopeArea } from './entity.ts';

const AREAS = [
  'tickets', 'calendar', 'customers', 'crm', 'timesheets', 'contracts', 'suppliers', 'items', 'projects', 'sales', 'quotes',
  'sos', 'pos', 'invoices', 'reporting', 'software', 'softwarelicensing', 'kb', 'assets',
] as const; // prettier-ignore

const EVERYTHING = ['all', 'all:standard', 'admin'];

/** Scopes Halo knows. There is none for actions (they come under tickets) nor for sites (under customers). */
const KNOWN = new Set([
  ...EVERYTHING,
  ...AREAS.flatMap((area) => [`read:${area}`, `edit:${area}`]),
  'editMine:timesheets',
  'access:chat',
  'access:adpasswordreset',
  'all:teams',
  'offline_access',
]);

/** Splits the form field; undefined when one of the scopes is unknown. */
export function parseScopes(text: string): string[] | undefined {
  const scopes = text.split(/\s+/).filter((scope) => scope !== '');
  return scopes.every((scope) => KNOWN.has(scope)) ? scopes : undefined;
}

/** True when a token with these scopes may use the API at all. */
export function allowsAnything(scopes: readonly string[]): boolean {
  return scopes.some((scope) => scope !== 'offline_access');
}

/** True when the scopes allow reading or changing an area; `edit:x` includes `read:x`. */
export function allows(scopes: readonly string[], area: ScopeArea, isWrite: boolean): boolean {
  if (scopes.some((scope) => EVERYTHING.includes(scope))) return true;
  if (area === 'config') return !isWrite && allowsAnything(scopes);
  const names = area === 'customers' ? ['customers', 'crm'] : [area];
  return names.some((name) => scopes.includes(`edit:${name}`) || (!isWrite && scopes.includes(`read:${name}`)));
}
