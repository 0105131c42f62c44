/**
 * How long a call that was cut off may still be at work in the target, milliseconds. Only after this time is the target
 * asked whether the record arrived.
 */
export const SETTLE_MS = 5000;
