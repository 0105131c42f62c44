import { Logo } from '../../components/logo.tsx';
import { Empty, Page } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Link } from '../../lib/router.tsx';
import { useTemplates } from '../../queries.ts';
import type { TemplateSummary } from '../../types.ts';

/** Every ready-made integration, by what it is for. */
export default function TemplatesPage() {
  return (
    <Page title="Templates" lead="Ready-made integrations: fill a form, see what would happen, run.">
      <QueryView query={useTemplates()}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No templates">None came with this installation.</Empty>
          ) : (
            [...byCategory(items)].map(([category, templates]) => (
              <section key={category}>
                <h2>{category}</h2>
                <div className="cards">
                  {templates.map(({ name, title, summary }) => (
                    <Link key={name} className="card" to="/templates/$id" params={{ id: name }}>
                      <Logo name={title} size={44} />
                      <span className="grow">
                        <span className="strong block">{title}</span>
                        <p>{summary}</p>
                      </span>
                    </Link>
                  ))}
                </div>
              </section>
            ))
          )
        }
      </QueryView>
    </Page>
  );
}

function byCategory(items: readonly TemplateSummary[]): Map<string, TemplateSummary[]> {
  const groups = new Map<string, TemplateSummary[]>();
  for (const item of items) groups.set(item.category, [...(groups.get(item.category) ?? []), item]);
  return groups;
}
