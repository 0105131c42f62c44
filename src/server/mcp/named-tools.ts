import { namedActions } from '../../connector/actions/action.ts';
import { type Caller, PERMISSION_OF } from '../actions/call-action.ts';
import type { Platform } from '../platform.ts';
import { toolInput } from './compact-input.ts';
import { callFor } from './operation-tools.ts';
import type { McpMode, Tool } from './tool.ts';

/** What assistants take as the name of a tool. */
const LONGEST_NAME = 64;

/** A tool for each action that the connector of a client names. Clients whose names are too long are left out. */
export async function namedTools(
  platform: Platform,
  caller: Caller,
  mode: McpMode,
  clients: readonly string[] | undefined,
): Promise<Tool[]> {
  const { clients: known } = await platform.configuration.current();
  const chosen = [...known.values()].filter(({ identifier }) => clients?.includes(identifier) ?? true);
  return chosen.flatMap((client) =>
    namedActions(client.connector)
      .filter(({ kind }) => kind === 'read' || mode === 'write')
      .map((action): Tool => {
        const { name, title, description = title, kind } = action;
        return {
          // Identifiers hold no underscore, so no two pairs make the same name.
          name: `${client.identifier}__${name}`,
          title: `${title} (${client.identifier})`,
          description,
          input: toolInput(action),
          permission: PERMISSION_OF[kind],
          isReadOnly: kind === 'read',
          isDestructive: kind !== 'read',
          subject: undefined,
          call: (input, signal) => callFor(platform, { client, action }, input, { caller, mode, signal }),
        };
      })
      .filter(({ name }) => name.length <= LONGEST_NAME),
  );
}
