import { Button } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import { PlayIcon } from '../../components/icons.tsx';
import { JsonEditor } from '../../components/json-editor.tsx';
import { ParameterList } from '../../components/parameter-list.tsx';
import { parseJson } from '../../lib/format.ts';
import type { DataRecord, Operation } from '../../types.ts';

/** One call as the API takes it. */
export interface Call {
  readonly entity: string;
  readonly operation: string;
  readonly path: DataRecord;
  readonly query: DataRecord;
  readonly body?: unknown;
}

interface RequestFormProps {
  readonly entity: string;
  readonly operation: Operation;
  readonly isBusy: boolean;
  readonly onSend: (call: Call) => void;
}

/** Parameters of an operation as the catalogue knows them. */
export function RequestForm({ entity, operation, isBusy, onSend }: RequestFormProps) {
  const [path, setPath] = useState<DataRecord>({});
  const [query, setQuery] = useState<DataRecord>({});
  const [body, setBody] = useState('[\n  {}\n]');
  const takesBody = operation.method !== 'GET' && operation.method !== 'DELETE';
  const parsed = takesBody ? parseJson(body) : undefined;
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    onSend({ entity, operation: operation.name, path, query, ...(takesBody && { body: parsed }) });
  };
  const needed = Object.fromEntries(
    Object.entries(operation.pathParameters).map(([name, each]) => [name, { ...each, required: true }]),
  );
  return (
    <form className="stack" onSubmit={send}>
      <p className="mono endpoint">
        <b>{operation.method}</b> {operation.path}
        {operation.status === 'inferred' && <span className="badge quiet plain">inferred, not documented</span>}
      </p>
      {Object.keys(needed).length > 0 && (
        <ParameterList label="path parameter" parameters={needed} values={path} onChange={setPath} />
      )}
      {Object.keys(operation.queryParameters).length > 0 && (
        <ParameterList
          label="query parameter"
          parameters={operation.queryParameters}
          values={query}
          onChange={setQuery}
        />
      )}
      {takesBody && (
        <div>
          <div className="label">Body</div>
          <JsonEditor label="Body" value={body} onChange={setBody} />
        </div>
      )}
      {operation.method !== 'GET' && (
        <p className="warn-text small">
          This call may change data in the system. It is sent as soon as you press the button.
        </p>
      )}
      <div>
        <Button
          type="submit"
          leftSection={<PlayIcon size={16} />}
          loading={isBusy}
          disabled={takesBody && parsed === undefined}
        >
          Send
        </Button>
      </div>
    </form>
  );
}
