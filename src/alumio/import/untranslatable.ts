/** A step or a part of it that has no counterpart here. The message says why, and what to do by hand. */
export class Untranslatable extends Error {}
