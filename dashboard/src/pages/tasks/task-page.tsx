import { useParams } from '@tanstack/react-router';
import { Empty, Page, Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { StateBadge, WHY } from '../../components/state-badge.tsx';
import { documentLink } from '../../lib/links.ts';
import { Link } from '../../lib/router.tsx';
import { LIVE_MS, useApi } from '../../queries.ts';
import type { Page as PageOf, Task, TaskStory } from '../../types.ts';
import { Story } from './story.tsx';
import { TaskActions } from './task-actions.tsx';
import { TaskTable } from './task-table.tsx';

/** The story of one record on one route. */
export default function TaskPage() {
  const { id } = useParams({ from: '/tasks/$id' });
  const task = useApi<TaskStory>(`/tasks/${id}`, LIVE_MS);
  const story = task.data?.id === id ? task.data : undefined;
  return (
    <Page
      title={story ? `Record ${story.key}` : `Task ${id}`}
      back={{ to: '/tasks', label: 'Tasks' }}
      lead={
        story && (
          <span className="row">
            <StateBadge state={story.state} />
            <span>
              on <Link {...documentLink('route', story.route)}>{story.route}</Link>
            </span>
          </span>
        )
      }
      actions={story && <TaskActions key={`${story.id} ${story.updatedAt}`} task={story} />}
    >
      <QueryView query={task}>{() => story && <Content story={story} />}</QueryView>
    </Page>
  );
}

function Content({ story }: { readonly story: TaskStory }) {
  const others = useApi<PageOf<Task>>(`/tasks?key=${encodeURIComponent(story.key)}&limit=20`, LIVE_MS * 2);
  const rest = (others.data?.items ?? []).filter(({ id, key }) => key === story.key && id !== story.id);
  return (
    <>
      <p className="why">{whyOf(story)}</p>
      <Panel title="What happened">
        <Story story={story} />
      </Panel>
      <Panel title="The same record elsewhere" hint="Other versions of it, and other routes" flush>
        {rest.length === 0 ? (
          <Empty title="Nowhere else">This is the only version of the record, on the only route that took it.</Empty>
        ) : (
          <TaskTable tasks={rest} />
        )}
      </Panel>
    </>
  );
}

function whyOf({ state, error, nextAt }: TaskStory): string {
  if (state === 'retrying' && nextAt !== undefined) {
    return `${WHY.retrying} Next try at ${new Date(nextAt).toLocaleTimeString('en-GB')}.`;
  }
  if (state === 'skipped' && error) return `${WHY.skipped} ${error.message}.`;
  return WHY[state];
}
