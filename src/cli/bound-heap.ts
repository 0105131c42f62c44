import { setFlagsFromString } from 'node:v8';

/**
 * Free room that the heap may keep before it is cleared up, in percent of what is in use.
 *
 * Node's own is up to three times as much: with 55 MB in use it let 180 MB come together while records streamed
 * through, and a worker's memory passed 256 MB with a million of them.
 */
const ROOM_PERCENT = 120;

/** Has this process give memory back earlier. It takes a few percent of its processor time. */
export function boundHeap(): void {
  setFlagsFromString(`--heap-growing-percent=${ROOM_PERCENT}`);
}
