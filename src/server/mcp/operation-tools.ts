import type { Action } from '../../connector/actions/action.ts';
import { searchActions } from '../../connector/actions/search.ts';
import type { OptionsSchema } from '../../core/component.ts';
import { callAction, type Caller, findClientAction, PERMISSION_OF } from '../actions/call-action.ts';
import { actionSummary } from '../actions/describe.ts';
import { requireClient } from '../find-client.ts';
import type { Platform } from '../platform.ts';
import { RequestError } from '../request-error.ts';
import { compactInput, TOOL_ROWS } from './compact-input.ts';
import type { McpMode, Tool } from './tool.ts';

/** Actions found unless more are asked for, and at most. */
const FOUND = { standard: 10, most: 50 } as const;

const CLIENT = { type: 'string', minLength: 1, description: 'Identifier of a client, see list_clients.' } as const;
const ACTION = { type: 'string', minLength: 1, description: 'Its name, such as tickets.get.' } as const;

const SEARCH_INPUT = {
  type: 'object',
  properties: {
    client: CLIENT,
    search: { type: 'string', maxLength: 200, description: 'Words; without them everything is listed.' },
    kind: { enum: ['read', 'write', 'delete'], description: 'What it does to the system.' },
    entity: { type: 'string', description: 'Name of a resource, such as tickets.' },
    limit: { type: 'integer', minimum: 1, maximum: FOUND.most, default: FOUND.standard },
  },
  required: ['client'],
  additionalProperties: false,
} as const satisfies OptionsSchema;

const DESCRIBE_INPUT = {
  type: 'object',
  properties: { client: CLIENT, operation: ACTION },
  required: ['client', 'operation'],
  additionalProperties: false,
} as const satisfies OptionsSchema;

const CALL_INPUT = {
  type: 'object',
  properties: {
    client: CLIENT,
    operation: ACTION,
    input: {
      type: 'object',
      additionalProperties: true,
      default: {},
      description: 'Values by name, see describe_operation.',
    },
  },
  required: ['client', 'operation'],
  additionalProperties: false,
} as const satisfies OptionsSchema;

/** Everything that clients can do, in three steps: thousands of operations are too many to list. */
export function operationTools(platform: Platform, caller: Caller, mode: McpMode): Tool[] {
  return [searchTool(platform), describeTool(platform), callTool(platform, caller, mode)];
}

function searchTool(platform: Platform): Tool {
  return {
    name: 'search_operations',
    title: 'Search operations',
    description:
      'Finds operations of a client by words, such as "ticket attachments". Answers names for describe_operation.',
    input: SEARCH_INPUT,
    ...{ permission: 'connectors:read', isReadOnly: true, isDestructive: false, subject: 'mcp/search_operations' },
    async call({ client, search, kind, entity, limit }) {
      const { connector } = await requireClient(platform, String(client));
      const found = searchActions(connector, {
        text: search as string | undefined,
        kind: kind as Action['kind'] | undefined,
        entity: entity as string | undefined,
      });
      return { found: found.length, operations: found.slice(0, limit as number).map(actionSummary) };
    },
  };
}

function describeTool(platform: Platform): Tool {
  return {
    name: 'describe_operation',
    title: 'Describe an operation',
    description: 'Tells what an operation takes: its parameters, and the fields of its records.',
    input: DESCRIBE_INPUT,
    ...{ permission: 'connectors:read', isReadOnly: true, isDestructive: false, subject: 'mcp/describe_operation' },
    async call({ client, operation }) {
      const { action } = await findClientAction(platform, String(client), String(operation));
      return { ...actionSummary(action), ...compactInput(action) };
    },
  };
}

function callTool(platform: Platform, caller: Caller, mode: McpMode): Tool {
  const mayWrite = mode === 'write';
  return {
    name: 'call_operation',
    title: mayWrite ? 'Call an operation' : 'Call an operation that reads',
    description: mayWrite
      ? 'Calls an operation of a client. One that writes or deletes changes the system at once, and cannot be taken back.'
      : 'Calls an operation of a client that reads. Operations that write or delete are refused.',
    input: CALL_INPUT,
    ...{ permission: 'actions:read', isReadOnly: !mayWrite, isDestructive: mayWrite, subject: undefined },
    async call({ client, operation, input }, signal) {
      const found = await findClientAction(platform, String(client), String(operation));
      return callFor(platform, found, input, { caller, mode, signal });
    },
  };
}

/** The circumstances of a call. */
export interface CallFor {
  readonly caller: Caller;
  readonly mode: McpMode;
  readonly signal: AbortSignal;
}

/**
 * Makes the call of an action for an assistant.
 *
 * @throws RequestError ERR_MCP_READ_ONLY
 */
export function callFor(
  platform: Platform,
  found: Awaited<ReturnType<typeof findClientAction>>,
  input: unknown,
  { caller, mode, signal }: CallFor,
): Promise<unknown> {
  const { kind, form, name } = found.action;
  if (kind !== 'read' && mode !== 'write') {
    const message = `"${name}" needs ${PERMISSION_OF[kind]}, and the tools of this server only read; its setting SLUICE_MCP=write changes that`;
    throw new RequestError(403, 'ERR_MCP_READ_ONLY', message);
  }
  const values = form === 'list' ? { limit: TOOL_ROWS, ...(input as object) } : input;
  return callAction(platform, found, values, caller, signal);
}
