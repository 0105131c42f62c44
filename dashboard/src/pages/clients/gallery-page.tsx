import { FilterText } from '../../components/filter-text.tsx';
import { SearchIcon } from '../../components/icons.tsx';
import { Logo } from '../../components/logo.tsx';
import { Empty, Page } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { connectLink } from '../../lib/links.ts';
import { matchesWords } from '../../lib/search-words.ts';
import { Link, useFilters } from '../../lib/router.tsx';
import { useConnectors } from '../../queries.ts';

/** Every system that can be connected. */
export default function GalleryPage() {
  const connectors = useConnectors();
  const [{ search = '', back, option }, setFilters] = useFilters();
  return (
    <Page
      title="New client"
      lead="Choose the prototype: the system that you want to connect."
      back={{ to: '/clients', label: 'Clients' }}
    >
      <FilterText
        type="search"
        aria-label="Search connectors"
        placeholder="Search, e.g. Halo, tickets, RMM"
        leftSection={<SearchIcon size={16} />}
        value={search}
        onChange={(text) => setFilters({ search: text })}
        maw={440}
        autoFocus
      />
      <QueryView query={connectors}>
        {({ items }) => {
          const found = items.filter(({ name, title, description = '' }) =>
            matchesWords(`${name} ${title} ${description}`, search),
          );
          if (found.length === 0) {
            return (
              <Empty
                title="No connector by these words"
                action={<Link {...connectLink('http')}>Describe an HTTP API yourself</Link>}
              >
                Any HTTP API can be connected with the connector “http”.
              </Empty>
            );
          }
          return (
            <div className="cards">
              {found.map(({ name, title, description, entities }) => (
                <Link
                  key={name}
                  className="card"
                  to="/clients/new/$connector"
                  params={{ connector: name }}
                  search={{ back, option }}
                >
                  <Logo name={title} size={44} />
                  <span className="grow">
                    <span className="strong block">{title}</span>
                    <span className="muted small block">{entities > 0 ? `${entities} entities` : 'Any API'}</span>
                    <p>{description}</p>
                  </span>
                </Link>
              ))}
            </div>
          );
        }}
      </QueryView>
    </Page>
  );
}
