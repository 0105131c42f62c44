/**
 * Reads how long the server asked us to wait. Absurd values are the caller's to cap.
 *
 * @param value Value of the Retry-After header: whole seconds or an HTTP date.
 * @param now   Epoch milliseconds, passed in so that tests need no fake clock.
 * @returns Milliseconds, 0 or more; undefined when `value` is neither form.
 * @see RFC 9110, section 10.2.3
 */
export function parseRetryAfter(value: string, now: number): number | undefined {
  const text = value.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Date.parse also takes "2026" or "-5"; a date header starts with the name of its day.
  if (!/^[A-Za-z]/.test(text)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : Math.max(0, instant - now);
}
