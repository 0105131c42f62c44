import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type Tool as ListedTool,
} from '@modelcontextprotocol/sdk/types.js';
import { didYouMean } from '../../core/nearest.ts';
import { checkSchema, throwProblems } from '../../core/validation.ts';
import type { Caller } from '../actions/call-action.ts';
import { toErrorAnswer } from '../error-answer.ts';
import { mayDo } from '../permissions.ts';
import type { Platform } from '../platform.ts';
import { VERSION } from '../version.ts';
import { namedTools, type ToolChoice } from './named-tools.ts';
import { operationTools } from './operation-tools.ts';
import { platformTools } from './platform-tools.ts';
import type { McpMode, Tool } from './tool.ts';

/** Longest answer of a tool, in characters; more would fill an assistant's memory. */
const LONGEST = 100_000;

/** Tools of one page of the list. */
const PAGE = 100;

/** For whom a server is made. */
export interface McpSession {
  readonly caller: Caller;
  readonly mode: McpMode;
  readonly choice: ToolChoice;
  readonly requestId: string;
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal;
}

/** A server of the Model Context Protocol with the tools that somebody may use. */
export async function createMcpServer(platform: Platform, session: McpSession): Promise<McpServer> {
  const tools = await toolsFor(platform, session);
  const server = new McpServer(
    { name: 'sluice', title: 'Sluice', version: VERSION },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  // The handlers below it, because our schemas are JSON Schemas that come out of connectors.
  server.server.setRequestHandler(ListToolsRequestSchema, ({ params }) => pageOf(tools, params?.cursor));
  server.server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) =>
    use(platform, session, tools, params, AbortSignal.any([signal, session.signal])),
  );
  return server;
}

/** Takes one request and answers it as JSON. */
export function createMcpTransport(): WebStandardStreamableHTTPServerTransport {
  return new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
}

const INSTRUCTIONS =
  'Sluice connects systems. list_clients names them. For anything that has no tool of its own, use search_operations, describe_operation and call_operation in this order. Ask for few rows and only the fields that you need.';

async function toolsFor(platform: Platform, { caller, mode, choice }: McpSession): Promise<Tool[]> {
  const all = [
    ...platformTools(platform),
    ...operationTools(platform, caller, mode),
    ...(await namedTools(platform, caller, mode, choice)),
  ];
  return all.filter(({ permission }) => mayDo(caller.actor, permission));
}

/** A page of the list; the cursor is the name of the tool before it, so that a change in between loses none. */
function pageOf(tools: readonly Tool[], cursor: string | undefined): { tools: ListedTool[]; nextCursor?: string } {
  const before = cursor === undefined ? -1 : tools.findIndex(({ name }) => name === cursor);
  if (cursor !== undefined && before < 0) {
    throw new McpError(
      ErrorCode.InvalidParams,
      `There is no cursor "${cursor}" any more; list the tools from the start`,
    );
  }
  const page = tools.slice(before + 1, before + 1 + PAGE);
  const last = page.at(-1);
  const hasMore = before + 1 + PAGE < tools.length;
  return { tools: page.map(listed), ...(hasMore && last && { nextCursor: last.name }) };
}

function listed({ name, title, description, input, isReadOnly, isDestructive }: Tool): ListedTool {
  return {
    ...{ name, title, description },
    inputSchema: input as ListedTool['inputSchema'],
    annotations: { title, readOnlyHint: isReadOnly, destructiveHint: isDestructive, openWorldHint: false },
  };
}

async function use(
  platform: Platform,
  { caller, requestId }: McpSession,
  tools: readonly Tool[],
  params: { readonly name: string; readonly arguments?: Record<string, unknown> | undefined },
  signal: AbortSignal,
): Promise<CallToolResult> {
  const { name } = params;
  const tool = tools.find((each) => each.name === name);
  if (!tool)
    return failed(
      `There is no tool "${name}"${didYouMean(
        name,
        tools.map((each) => each.name),
      )}`,
    );
  try {
    const { value, problems } = checkSchema(tool.input, params.arguments ?? {});
    throwProblems(`The input of "${name}"`, problems);
    if (tool.subject !== undefined) await platform.store.audit.record(caller.audit('mcp.read', tool.subject, {}));
    return {
      content: [
        {
          type: 'text',
          text: shorten(JSON.stringify(await tool.call(value as object as Record<string, unknown>, signal))),
        },
      ],
    };
  } catch (error) {
    const { body, isBug } = toErrorAnswer(error, requestId);
    if (isBug) platform.log.error({ request: requestId, err: error, tool: name }, 'A tool failed unexpectedly');
    return failed(`${body.code}: ${body.message}`);
  }
}

function failed(text: string): CallToolResult {
  return { isError: true, content: [{ type: 'text', text }] };
}

function shorten(text: string): string {
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST)}… (cut: ${text.length} characters; ask for fewer rows, or name the "fields" that you need)`;
}
