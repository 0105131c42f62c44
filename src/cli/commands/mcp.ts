import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { Api } from '../api.ts';

/** Options of `sluice mcp`. */
export interface McpChoice {
  readonly clients?: string;
  readonly operations?: string;
}

/**
 * `sluice mcp`: the Model Context Protocol over standard input and output, for assistants that start programs.
 *
 * Messages are passed on to the server as they are, so tools, rights and audit trail are the same as over HTTP.
 *
 * @param choice What becomes a tool of its own, with commas between: named actions of clients (all unless given), and
 *   operations of entities (none unless given, or `all`).
 * @returns When the input has ended.
 */
export async function serveMcp({ root, token }: Api, choice: McpChoice): Promise<void> {
  const url = new URL(`${root}/api/v1/mcp`);
  for (const [name, value] of Object.entries(choice) as [string, string][]) url.searchParams.set(name, value);
  const server = new StreamableHTTPClientTransport(url, {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  });
  const stdio = new StdioServerTransport();
  let open = 0;
  const ended = new Promise<void>((resolve) => {
    const over = { isInputOver: false };
    const endWhenDone = (): void => {
      if (over.isInputOver && open === 0) resolve();
    };
    stdio.onmessage = (message) => {
      open += 1;
      void passOn(server, stdio, message).finally(() => {
        open -= 1;
        endWhenDone();
      });
    };
    process.stdin.once('end', () => {
      over.isInputOver = true;
      endWhenDone();
    });
  });
  server.onmessage = (message) => {
    void stdio.send(message);
  };
  await server.start();
  await stdio.start();
  await ended;
  await server.close();
  await stdio.close();
}

/** A request that could not be passed on is answered with why. */
async function passOn(
  server: StreamableHTTPClientTransport,
  stdio: StdioServerTransport,
  message: JSONRPCMessage,
): Promise<void> {
  try {
    await server.send(message);
  } catch (error) {
    if (!('id' in message) || !('method' in message)) return;
    const reason = error instanceof Error ? error.message : String(error);
    await stdio.send({ jsonrpc: '2.0', id: message.id, error: { code: -32603, message: reason } });
  }
}
