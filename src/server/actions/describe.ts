import type { Action } from '../../connector/actions/action.ts';
import { inputSchema, outputSchema, recordSchema } from '../../connector/actions/schemas.ts';

/** An action in a list. */
export function actionSummary({ name, title, description, kind, operation }: Action): Record<string, unknown> {
  return {
    ...{ name, title, ...(description !== undefined && { description }), kind },
    operation: `${operation.entity.name}.${operation.name}`,
    status: operation.manifest.status,
  };
}

/** An action with all that is known of what it takes and answers. */
export function actionDetails(action: Action): Record<string, unknown> {
  const record = recordSchema(action.operation.entity);
  return { ...actionSummary(action), input: inputSchema(action, record), output: outputSchema(action, record) };
}
