/** What a route needs. Retry, replay and calls are rights of their own: reading never implies them. */
export type Permission =
  | 'status:read'
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
  | 'clients:connect'
  | 'tests:run'
  | 'storages:read'
  | 'storages:write';

const VIEWER: readonly Permission[] = [
  'status:read',
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
  'clients:test',
];

const EDITOR: readonly Permission[] = [
  ...OPERATOR,
  'configuration:write',
  'clients:call',
  'clients:connect',
  'storages:write',
];

/** What each role may do. What does not stand here is refused, and so is a role that does not. */
const ROLES: ReadonlyMap<string, ReadonlySet<Permission>> = new Map([
  ['viewer', new Set(VIEWER)],
  ['operator', new Set(OPERATOR)],
  ['editor', new Set(EDITOR)],
  // Everything there is today; rights over tokens and keys will be the administrator's alone.
  ['administrator', new Set(EDITOR)],
]);

/** Whether a role has a permission. */
export function isAllowed(role: string, permission: Permission): boolean {
  return ROLES.get(role)?.has(permission) === true;
}

/** Names of the roles that have a permission, for messages. */
export function rolesWith(permission: Permission): string[] {
  return [...ROLES.keys()].filter((role) => isAllowed(role, permission));
}
