import { useLocation, useParams } from '@tanstack/react-router';
import { api, queryClient } from '../../api.ts';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { Page, Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Time } from '../../components/time.tsx';
import { short } from '../../lib/format.ts';
import { documentLink } from '../../lib/links.ts';
import { useApi } from '../../queries.ts';
import type { Kind, Page as List, Version } from '../../types.ts';

/** What a document was, who changed it and why, and the way back. */
export default function VersionsPage() {
  const { kind, id } = useParams({ from: '/versions/$kind/$id' });
  const meant = useLocation({ select: ({ hash }) => hash });
  const path = `/documents/${encodeURIComponent(kind)}/${encodeURIComponent(id)}`;
  const versions = useApi<List<Version>>(`${path}/versions?limit=100`);
  const rollBack = async (version: number): Promise<void> => {
    await api('POST', `${path}/rollback`, { version });
    await queryClient.invalidateQueries();
  };
  return (
    <Page
      title={`Versions of ${id}`}
      lead="Every save, the newest first. Secrets are never shown, and stay those of today."
      back={{ ...documentLink(kind as Kind, id), label: id }}
    >
      <QueryView query={versions}>
        {({ items }) => (
          <div className="stack">
            {items.map((version, index) => (
              <Panel
                key={version.version}
                id={`version-${version.version}`}
                className={meant === `version-${version.version}` ? 'meant' : ''}
                title={`Version ${version.version}`}
                hint={
                  <>
                    {WORDS[version.action] ?? version.action} by {version.author}, <Time at={version.at} />
                    {version.reason !== null && ` · ${version.reason}`}
                  </>
                }
                actions={
                  index > 0 &&
                  version.action !== 'delete' && (
                    <ConfirmButton
                      size="compact-sm"
                      variant="default"
                      question={`Back to version ${version.version}?`}
                      explanation="It becomes the newest version and is live at once. Nothing is lost: you can come back the same way."
                      confirm="Go back to it"
                      action={() => rollBack(version.version)}
                    >
                      Go back to it
                    </ConfirmButton>
                  )
                }
              >
                <ChangeList changes={version.changes} />
              </Panel>
            ))}
          </div>
        )}
      </QueryView>
    </Page>
  );
}

const WORDS: Readonly<Record<string, string>> = { create: 'Made', update: 'Changed', delete: 'Deleted' };

function ChangeList({ changes }: Pick<Version, 'changes'>) {
  const text = (value: unknown): string => short(JSON.stringify(value), 160);
  return (
    <ul className="changes" aria-label="What was changed">
      {changes.map(({ path, from, to }) => (
        <li key={path}>
          <code>{path}</code> {from !== undefined && <del>{text(from)}</del>}{' '}
          {to === undefined ? <span className="muted">removed</span> : <ins>{text(to)}</ins>}
        </li>
      ))}
    </ul>
  );
}
