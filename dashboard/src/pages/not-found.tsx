import { Empty, Page } from '../components/page.tsx';
import { Link } from '../lib/router.tsx';

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <Page title="Nothing here">
      <Empty title="This address leads nowhere" action={<Link to="/">Go to the home page</Link>}>
        The page may have moved, or what it showed was deleted.
      </Empty>
    </Page>
  );
}
