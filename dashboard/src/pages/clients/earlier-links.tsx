import { ConfirmButton } from '../../components/confirm-button.tsx';
import { Panel } from '../../components/page.tsx';
import { api, queryClient } from '../../api.ts';
import { count, plural } from '../../lib/format.ts';
import { documentLink } from '../../lib/links.ts';
import { Link } from '../../lib/router.tsx';
import { useApi } from '../../queries.ts';

interface Links {
  readonly elsewhere: readonly { readonly outgoing: string; readonly links: number }[];
}

/** After a client's address has changed: ids of records that were learnt at the last one, and the way to have them count here. */
export function EarlierLinks({ client }: { readonly client: string }) {
  const path = `/clients/${encodeURIComponent(client)}/links`;
  const elsewhere = useApi<Links>(path).data?.elsewhere ?? [];
  if (elsewhere.length === 0) return null;
  const all = elsewhere.reduce((sum, { links }) => sum + links, 0);
  return (
    <Panel
      title="Learnt at another address"
      hint="This client led to another address before. Which record here belongs to which there was learnt there; so that no id of one system is taken for one of another, it does not count here."
    >
      <div className="stack">
        <dl className="facts">
          {elsewhere.map(({ outgoing, links }) => (
            <div key={outgoing} style={{ display: 'contents' }}>
              <dt>
                <Link {...documentLink('outgoing', outgoing)}>{outgoing}</Link>
              </dt>
              <dd>{plural(links, 'record')}</dd>
            </div>
          ))}
        </dl>
        <div>
          <ConfirmButton
            variant="default"
            question="Is it the same system?"
            explanation={`Only where the new address leads to the same system with the same ids, such as after a move or under a new name, do ${count(all)} learnt ids count here. In another system they would belong to other records, which would be overwritten.`}
            confirm="It is the same: keep them"
            action={async () => {
              await api('POST', `${path}/keep`);
              await queryClient.invalidateQueries();
            }}
          >
            It is the same system
          </ConfirmButton>
        </div>
      </div>
    </Panel>
  );
}
