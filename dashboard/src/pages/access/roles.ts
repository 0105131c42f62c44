/** Roles, the least first. */
export const ROLES = ['viewer', 'operator', 'editor', 'administrator'];
