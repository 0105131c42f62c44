import { PACKAGE_ROOT } from '../core/package-root.ts';

/** Folder of the connectors that come with Sluice. */
export const CONNECTORS = new URL('connector/', PACKAGE_ROOT);

/** Folder of the templates that come with Sluice. */
export const TEMPLATES = new URL('templates/', PACKAGE_ROOT);
