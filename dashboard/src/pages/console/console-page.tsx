import { useMutation } from '@tanstack/react-query';
import { api } from '../../api.ts';
import { ClientSelect } from '../../components/client-select.tsx';
import { findOperation, OperationSelect } from '../../components/entity-select.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Empty, Page, Panel } from '../../components/page.tsx';
import { useFilters } from '../../lib/router.tsx';
import { useConnectorOf } from '../../queries.ts';
import { Answer, type CallAnswer } from './answer.tsx';
import { type Call, RequestForm } from './request-form.tsx';

/** Makes one call by hand: client, operation, parameters, send. */
export default function ConsolePage() {
  const [{ client, entity, operation }, setFilters] = useFilters();
  const connector = useConnectorOf(client);
  const chosen = findOperation(connector.data, entity, operation ?? '');
  const call = useMutation({
    mutationFn: (body: Call) => api<CallAnswer>('POST', `/clients/${encodeURIComponent(client ?? '')}/call`, body),
  });
  return (
    <Page title="Console" lead="One call, made by hand: see what a system answers before anything is built on it." wide>
      <div className="split">
        <Panel title="Request">
          <div className="stack">
            <ClientSelect
              value={client}
              onChange={(next) => setFilters({ client: next, entity: null, operation: null })}
            />
            <OperationSelect
              label="Operation"
              connector={client === undefined ? undefined : connector.data}
              fits={() => true}
              entity={entity}
              operation={operation}
              onChange={(nextEntity, nextOperation) => {
                call.reset();
                setFilters({ entity: nextEntity, operation: nextOperation });
              }}
            />
            {entity !== undefined && chosen && (
              <RequestForm
                key={`${client} ${entity} ${chosen.name}`}
                entity={entity}
                operation={chosen}
                isBusy={call.isPending}
                onSend={(body) => call.mutate(body)}
              />
            )}
          </div>
        </Panel>
        <div className="sticky stack" aria-live="polite">
          <ErrorNote error={call.error} />
          {call.data && <Answer answer={call.data} />}
          {!call.data && !call.error && (
            <Empty title="The answer stands here">
              {chosen ? 'Fill in what the operation needs, then send.' : 'Choose a client and an operation.'} Nothing is
              sent before you press Send.
            </Empty>
          )}
        </div>
      </div>
    </Page>
  );
}
