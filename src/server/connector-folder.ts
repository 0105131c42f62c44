const IS_BUILT = new URL(import.meta.url).pathname.includes('/dist/src/');

/** Folder of the connectors that come with Sluice, from the sources and from the build. */
export const CONNECTORS = new URL(IS_BUILT ? '../../../connector/' : '../../connector/', import.meta.url);

/** Folder of the templates that come with Sluice. */
export const TEMPLATES = new URL(IS_BUILT ? '../../../templates/' : '../../templates/', import.meta.url);
