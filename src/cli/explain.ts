/** One call as the API tells it. */
export interface ShownExchange {
  readonly method: string;
  readonly url: string;
  readonly status?: number;
  readonly durationMs: number;
  readonly request?: string;
  readonly verdict?: string;
  readonly error?: string;
}

/** One page as the API tells it. */
export interface ShownPage {
  readonly position: unknown;
  readonly rows: number;
  readonly received: number;
  readonly total?: number;
  readonly next?: unknown;
  readonly stop?: string;
}

/** Longest body that a line shows. */
const MAX_SHOWN = 500;

/** Every request that was sent, what came back, and which rule decided about it. */
export function explainExchanges(exchanges: readonly ShownExchange[]): string[] {
  return exchanges.flatMap(({ method, url, status, durationMs, request, verdict, error }, index) => [
    `call ${index + 1}: ${method} ${url}`,
    ...(request === undefined
      ? []
      : [`  body ${request.length > MAX_SHOWN ? `${request.slice(0, MAX_SHOWN)}…` : request}`]),
    status === undefined
      ? `  no answer: ${error ?? 'unknown'}`
      : `  answered ${status} in ${Math.round(durationMs)} ms; ${verdict ?? 'accepted'}`,
  ]);
}

/** Why each page was followed by another one, or was the last. */
export function explainPages({
  pages,
  isComplete,
}: {
  readonly pages: readonly ShownPage[];
  readonly isComplete: boolean;
}): string[] {
  const lines = pages.map(({ position, rows, received, total, next, stop }, index) => {
    const announced = total === undefined ? '' : ` of ${total} announced`;
    const decision = stop === undefined ? `goes on at ${JSON.stringify(next)}` : `ends: ${stop}`;
    return `page ${index + 1} at ${JSON.stringify(position)}: ${rows} rows, ${received}${announced} so far; ${decision}`;
  });
  return [...lines, isComplete ? 'the reading is complete' : 'there is more: ask for more with --pages'];
}
