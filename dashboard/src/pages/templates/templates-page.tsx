import { ConnectorLogo } from '../../components/connector-title.tsx';
import { Empty, Page } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Link } from '../../lib/router.tsx';
import { useTemplates } from '../../queries.ts';
import type { TemplateSummary } from '../../types.ts';

/** What most people come for stands first. */
const FIRST = ['RMM to Halo', 'Alerts to tickets', 'Halo to elsewhere'];

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
              <section key={category} className="stack tight">
                <h2>{category}</h2>
                <div className="cards wide">
                  {templates.map(({ name, title, summary, connectors }) => (
                    <Link key={name} className="card" to="/templates/$id" params={{ id: name }}>
                      <span className="logos">
                        {connectors.map((each) => (
                          <ConnectorLogo key={each} name={each} size={34} />
                        ))}
                      </span>
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
  const known = FIRST.filter((category) => items.some((item) => item.category === category));
  const groups = new Map<string, TemplateSummary[]>(known.map((category) => [category, []]));
  for (const item of items) groups.set(item.category, [...(groups.get(item.category) ?? []), item]);
  return groups;
}
