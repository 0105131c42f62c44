import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { JsonView } from '../../components/json-view.tsx';
import { Panel } from '../../components/page.tsx';
import { without } from '../../lib/without.ts';
import type { Doc, NotificationSpec } from '../../types.ts';

interface MessagePreviewProps {
  readonly document: Doc<NotificationSpec>;
  /** Whether enough is filled in to make a message of it. */
  readonly isReady: boolean;
}

interface Preview {
  readonly host: string;
  readonly body: unknown;
}

const TYPING_MS = 400;
/** A document that has no name yet. */
const UNNAMED = 'new-notification';

/** The call that would be made for an example. Nothing is sent. */
export function MessagePreview({ document, isReady }: MessagePreviewProps) {
  const identifier = document.identifier === '' ? UNNAMED : document.identifier;
  const wanted = isReady ? JSON.stringify({ ...without(document, 'version'), identifier }) : '';
  const [asked] = useDebouncedValue(wanted, TYPING_MS);
  const preview = useQuery({
    queryKey: ['notification preview', asked],
    queryFn: ({ signal }) =>
      api<Preview>('POST', '/notifications/preview', { document: JSON.parse(asked) as unknown }, signal),
    enabled: asked !== '',
    retry: false,
    placeholderData: (before) => before,
  });
  return (
    <Panel title="The message" hint="Made of an example. Nothing is sent.">
      {!isReady && <p className="muted small">Fill in the address: what would be sent there appears here.</p>}
      {isReady && <ErrorNote error={preview.error} title="This cannot be sent" />}
      {isReady && preview.error === null && preview.data !== undefined && (
        <div className="stack tight">
          <p className="small">
            POST to <strong>{preview.data.host}</strong>
          </p>
          <JsonView value={preview.data.body} name="Message" />
        </div>
      )}
    </Panel>
  );
}
