/** What to do instead of parts of Alumio that have no counterpart here, by a word of their name. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/progress|tracker/, 'incomings keep track themselves: set "mode": "incremental" on the subscriber'],
  [/filesystem|^fs-|file-copy/, 'files are read by the subscribers for files and folders'],
  [/xml|csv|yaml/, 'texts are read and written by the steps "parse" and "print"'],
  [/soap|sql|database/, 'calls are made by a client of the connector "http"'],
];

/** What to do instead; empty where nothing is known of it. */
export function hintFor(prototype: string): string {
  const hint = HINTS.find(([word]) => word.test(prototype))?.[1];
  return hint === undefined ? '' : `; ${hint}`;
}
