import { Panel } from '../../components/page.tsx';
import { bytes } from '../../lib/format.ts';
import { useStatus } from '../../queries.ts';

/** How much room the history has, and what happens when there is none. */
export function ServerSpace() {
  const { freeBytes, minFreeBytes, isLow } = useStatus().data?.disk ?? {};
  if (freeBytes === undefined || freeBytes === null || minFreeBytes === undefined) return null;
  return (
    <Panel title="Space" hint={`Below ${bytes(minFreeBytes)} nothing new is read, so that what was read can be ended`}>
      <p className={isLow ? 'bad-text strong' : ''}>
        {bytes(freeBytes)} free
        {isLow && ': nothing new is read. Make room, or keep history for less long.'}
      </p>
    </Panel>
  );
}
