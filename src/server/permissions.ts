/** What a route needs. Retry, replay and calls are rights of their own: reading never implies them. */
export type Permission =
  | 'account:read'
  | 'account:write'
  | 'status:read'
  | 'events:read'
  | 'configuration:read'
  | 'configuration:write'
  | 'connectors:read'
  | 'runs:read'
  | 'runs:start'
  | 'runs:cancel'
  | 'routes:plan'
  | 'tasks:read'
  | 'tasks:retry'
  | 'tasks:skip'
  | 'tasks:resolve'
  | 'tasks:replay'
  | 'clients:test'
  | 'clients:call'
  | 'actions:read'
  | 'actions:write'
  | 'actions:delete'
  | 'clients:connect'
  | 'tests:run'
  | 'notifications:test'
  | 'storages:read'
  | 'storages:write'
  | 'access:read'
  | 'access:write'
  | 'audit:read'
  | 'keys:rotate';

const VIEWER: readonly Permission[] = [
  'account:read',
  'account:write',
  'status:read',
  'events:read',
  'configuration:read',
  'connectors:read',
  'runs:read',
  'tasks:read',
  'storages:read',
];

const OPERATOR: readonly Permission[] = [
  ...VIEWER,
  'runs:start',
  'runs:cancel',
  'routes:plan',
  'tasks:retry',
  'tasks:skip',
  'tasks:resolve',
  'tasks:replay',
  'tests:run',
  'notifications:test',
  'clients:test',
  'actions:read',
];

const EDITOR: readonly Permission[] = [
  ...OPERATOR,
  'configuration:write',
  'clients:call',
  'actions:write',
  'actions:delete',
  'clients:connect',
  'storages:write',
];

const ADMINISTRATOR: readonly Permission[] = [...EDITOR, 'access:read', 'access:write', 'audit:read', 'keys:rotate'];

/** What each role may do. What does not stand here is refused, and so is a role that does not. */
const ROLES: ReadonlyMap<string, ReadonlySet<Permission>> = new Map([
  ['viewer', new Set(VIEWER)],
  ['operator', new Set(OPERATOR)],
  ['editor', new Set(EDITOR)],
  ['administrator', new Set(ADMINISTRATOR)],
]);

/** Names of the roles, the least first. */
export const ROLE_NAMES = ['viewer', 'operator', 'editor', 'administrator'] as const;

/** Every permission there is: the administrator has all of them. */
export const PERMISSIONS = ADMINISTRATOR;

/** Whether a role has a permission. */
export function isAllowed(role: string, permission: Permission): boolean {
  return ROLES.get(role)?.has(permission) === true;
}

/** Whether somebody may do something: by the role, and by the scopes where a token has them. */
export function mayDo(
  { role, scopes }: { readonly role: string; readonly scopes: readonly string[] | null },
  permission: Permission,
): boolean {
  return isAllowed(role, permission) && (scopes === null || scopes.includes(permission));
}

/** Names of the roles that have a permission, for messages. */
export function rolesWith(permission: Permission): string[] {
  return [...ROLES.keys()].filter((role) => isAllowed(role, permission));
}
