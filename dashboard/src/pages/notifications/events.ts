/** What can be told, in words of those who are told. */
export const EVENTS = [
  { value: 'run-failed', label: 'A run failed', why: 'Reading stopped; nothing is lost' },
  { value: 'tasks-failed', label: 'Many records failed', why: 'So many of one route in a short time' },
  { value: 'new-error', label: 'Records fail for a new cause', why: 'Also when a mended cause comes back' },
  { value: 'incident-opened', label: 'A client or an outgoing cannot be used', why: 'Sign-in broken, system away' },
  { value: 'incident-closed', label: 'It works again', why: 'The end of such an incident' },
  { value: 'route-silent', label: 'A route is silent', why: 'Nothing was read for longer than it should take' },
  { value: 'disk-low', label: 'The disk is nearly full', why: 'Reading rests until there is space' },
] as const;

/** Short name of an event. */
export function eventLabel(event: string): string {
  return EVENTS.find(({ value }) => value === event)?.label ?? event;
}
