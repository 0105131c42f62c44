import { type Action, namedActions, operationActions } from '../../connector/actions/action.ts';
import type { ConnectedClient } from '../../connector/connect.ts';
import { type Caller, PERMISSION_OF } from '../actions/call-action.ts';
import type { Platform } from '../platform.ts';
import { toolInput } from './compact-input.ts';
import { callFor } from './operation-tools.ts';
import type { McpMode, Tool } from './tool.ts';

/** What assistants take as the name of a tool. */
const LONGEST_NAME = 64;

/** Which actions of which clients become tools of their own. */
export interface ToolChoice {
  /** All clients unless given. */
  readonly clients: readonly string[] | undefined;
  /** Entities whose operations all become tools, besides the named actions; `all` for every entity, none unless given. */
  readonly operations: readonly string[] | undefined;
}

/** A tool for each action that was chosen: the named ones, and operations. Those whose names are too long are left out. */
export async function namedTools(
  platform: Platform,
  caller: Caller,
  mode: McpMode,
  { clients, operations = [] }: ToolChoice,
): Promise<Tool[]> {
  const { clients: known } = await platform.configuration.current();
  const chosen = [...known.values()].filter(({ identifier }) => clients?.includes(identifier) ?? true);
  return chosen.flatMap((client) =>
    [...namedActions(client.connector), ...operationsOf(client, operations)]
      .filter(({ kind }) => kind === 'read' || mode === 'write')
      .map((action) => toolOf(platform, client, action, { caller, mode }))
      .filter(({ name }) => name.length <= LONGEST_NAME),
  );
}

function operationsOf({ connector }: ConnectedClient, entities: readonly string[]): Action[] {
  if (entities.length === 0) return [];
  const isAll = entities.includes('all');
  return [...operationActions(connector)].filter(({ operation }) => isAll || entities.includes(operation.entity.name));
}

function toolOf(
  platform: Platform,
  client: ConnectedClient,
  action: Action,
  { caller, mode }: { readonly caller: Caller; readonly mode: McpMode },
): Tool {
  const { name, title, description = title, kind } = action;
  return {
    // Identifiers hold no underscore, so no two pairs make the same name.
    name: `${client.identifier}__${name.replaceAll('.', '__')}`,
    title: `${title} (${client.identifier})`,
    description,
    input: toolInput(action),
    permission: PERMISSION_OF[kind],
    isReadOnly: kind === 'read',
    isDestructive: kind !== 'read',
    subject: undefined,
    call: (input, signal) => callFor(platform, { client, action }, input, { caller, mode, signal }),
  };
}
