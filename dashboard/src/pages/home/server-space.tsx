import { Panel } from '../../components/page.tsx';
import { bytes } from '../../lib/format.ts';
import { useApi, useStatus } from '../../queries.ts';

interface History {
  readonly bytes: number;
  readonly bytesPerDay: number | null;
  readonly keepDays: number;
  readonly expectedBytes: number | null;
  readonly maxBytes: number;
}

const HISTORY_MS = 60_000;

/** How much room the history has and will take, and what happens when there is none. */
export function ServerSpace() {
  const { freeBytes, minFreeBytes, isLow } = useStatus().data?.disk ?? {};
  const history = useApi<History>('/status/history', HISTORY_MS).data;
  if (freeBytes === undefined || freeBytes === null || minFreeBytes === undefined) return null;
  const willNotFit = history?.expectedBytes != null && history.expectedBytes - history.bytes > freeBytes - minFreeBytes;
  return (
    <Panel title="Space" hint={`Below ${bytes(minFreeBytes)} nothing new is read, so that what was read can be ended`}>
      <dl className="facts">
        <dt>Free</dt>
        <dd className={isLow ? 'bad-text strong' : ''}>
          {bytes(freeBytes)}
          {isLow && ': nothing new is read. Make room, or keep history for less long.'}
        </dd>
        {history && (
          <>
            <dt>History</dt>
            <dd>{sizeOf(history)}</dd>
            <dt>Forecast</dt>
            <dd className={willNotFit ? 'bad-text strong' : ''}>
              {forecastOf(history)}
              {willNotFit && ', more than is free: keep it for less long, or make room'}
            </dd>
          </>
        )}
      </dl>
    </Panel>
  );
}

function sizeOf({ bytes: now, bytesPerDay }: History): string {
  return bytesPerDay === null ? bytes(now) : `${bytes(now)}, about ${bytes(bytesPerDay)} more each day`;
}

/** What it comes to, and what ends it: age, or size. */
function forecastOf({ expectedBytes, keepDays, maxBytes }: History): string {
  const kept = `kept for ${keepDays} days, ${bytes(maxBytes)} at most`;
  if (expectedBytes === null) return `${kept}; how much it will be can be told after an hour`;
  return expectedBytes >= maxBytes
    ? `${bytes(maxBytes)}, then the oldest goes`
    : `about ${bytes(expectedBytes)}, ${kept}`;
}
