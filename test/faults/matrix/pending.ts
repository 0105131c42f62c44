/**
 * Rows whose behaviour is not built yet, by number and moment as their file names them, and why.
 *
 * They stand in the table as pending. The long form runs them and says when they hold: then the line goes.
 */
export const PENDING: Readonly<Record<string, string>> = {};
