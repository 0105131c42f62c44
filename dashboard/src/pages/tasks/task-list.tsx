import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { StateBadge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import { count } from '../../lib/format.ts';
import { outcomeOf } from '../../lib/outcome.ts';
import { Link } from '../../lib/router.tsx';
import type { Task } from '../../types.ts';

interface TaskListProps {
  readonly tasks: readonly Task[];
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly onMore: () => void;
}

const ROW_HEIGHT = 44;
const AHEAD = 60;

/** A long list of which only what is on the screen is drawn; the next page is read before the end is reached. */
export function TaskList({ tasks, hasMore, isLoading, onMore }: TaskListProps) {
  const place = useRef<HTMLDivElement>(null);
  const rows = useWindowVirtualizer({
    count: tasks.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    scrollMargin: place.current?.offsetTop ?? 0,
  });
  const visible = rows.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !isLoading && last >= tasks.length - AHEAD) onMore();
  }, [hasMore, isLoading, last, tasks.length, onMore]);
  return (
    <>
      <div
        className="panel task-list"
        ref={place}
        role="table"
        aria-label="Tasks"
        aria-rowcount={hasMore ? -1 : tasks.length}
      >
        <div className="task-row task-head" role="row">
          {['Record', 'State', 'Route', 'What happened', 'Tries', 'Changed'].map((title) => (
            <span role="columnheader" key={title}>
              {title}
            </span>
          ))}
        </div>
        <div role="rowgroup" style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {visible.map(({ index, start }) => {
            const task = tasks[index];
            if (!task) return null;
            const offset = start - rows.options.scrollMargin;
            return <Row key={task.id} task={task} offset={offset} index={index} />;
          })}
        </div>
      </div>
      <p className="muted small" role="status">
        {count(tasks.length)} shown{hasMore ? '; more are read as you scroll' : ', that is all of them'}
      </p>
    </>
  );
}

function Row({ task, offset, index }: { readonly task: Task; readonly offset: number; readonly index: number }) {
  return (
    <div
      className="task-row"
      role="row"
      aria-rowindex={index + 1}
      style={{ position: 'absolute', inset: '0 0 auto 0', height: ROW_HEIGHT, transform: `translateY(${offset}px)` }}
    >
      <span role="cell" className="ellipsis">
        <Link className="strong" to="/tasks/$id" params={{ id: task.id }}>
          {task.key}
        </Link>
      </span>
      <span role="cell">
        <StateBadge state={task.state} />
      </span>
      <span role="cell" className="ellipsis hide">
        {task.route}
      </span>
      <span role="cell" className="ellipsis muted hide" title={task.error?.message}>
        {outcomeOf(task)}
      </span>
      <span role="cell" className="num hide">
        {task.attempts}
      </span>
      <span role="cell">
        <Time at={task.updatedAt} />
      </span>
    </div>
  );
}
