import { comment, typeName, type TypeSchema, typeText } from './type-text.ts';

/** What is read of the OpenAPI description of a client's actions. */
export interface ActionsDocument {
  readonly info: { readonly title: string; readonly version: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, { readonly post: ActionDescription }>>;
  readonly components: { readonly schemas: Readonly<Record<string, TypeSchema>> };
}

interface ActionDescription {
  readonly summary: string;
  readonly description?: string;
  readonly requestBody: Content & { readonly required: boolean };
  readonly responses: { readonly 200: Content };
}

interface Content {
  readonly content: { readonly 'application/json': { readonly schema: TypeSchema } };
}

/** One TypeScript file that needs nothing but `fetch`: types of every action, and a function that calls them. */
export function generateClient(document: ActionsDocument): string {
  const { info, servers, paths, components } = document;
  const records = Object.entries(components.schemas).filter(([name]) => name !== 'error');
  return [
    `// ${info.title}. Made by "sluice client-types" of version ${info.version}; make it again, do not edit it.`,
    'export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json | undefined };',
    ...records.map(([name, schema]) => `export type ${typeName(name)} = ${typeText(schema)};`),
    `/** What each action takes and answers. */\nexport interface Actions {\n${Object.entries(paths).map(actionText).join('')}}`,
    `const ADDRESS = ${JSON.stringify(servers[0]?.url ?? '')};`,
    RUNTIME,
  ].join('\n\n');
}

function actionText([path, { post }]: [string, { readonly post: ActionDescription }]): string {
  const input = typeText(post.requestBody.content['application/json'].schema, '    ');
  const output = typeText(post.responses[200].content['application/json'].schema, '    ');
  const about = comment(post.description ?? post.summary, '  ');
  return `${about}  readonly ${JSON.stringify(path.slice(1))}: {\n    readonly input: ${input};\n    readonly output: ${output};\n  };\n`;
}

/** The part of the file that runs, the same in each. */
const RUNTIME = `export type ActionName = keyof Actions;
export type ActionInput<Name extends ActionName> = Actions[Name]['input'];
export type ActionOutput<Name extends ActionName> = Actions[Name]['output'];

export interface ClientOptions {
  /** An access token of Sluice with the scopes actions:read, actions:write, actions:delete, as far as they are needed. */
  readonly token: string;
  /** Where the actions of the client are; by default the server that this file was made by. */
  readonly address?: string;
  /** In place of the global fetch. */
  readonly fetch?: typeof globalThis.fetch;
}

/** An answer that is an error: its status, a stable code, and what to do. */
export class ActionError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Json;

  constructor(status: number, code: string, message: string, details: Json) {
    super(message);
    this.name = 'ActionError';
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export interface Client {
  /**
   * Calls an action.
   *
   * @throws ActionError where the answer is an error.
   */
  call<Name extends ActionName>(
    name: Name,
    input: ActionInput<Name>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<ActionOutput<Name>>;
}

export function createClient({ token, address = ADDRESS, fetch = globalThis.fetch }: ClientOptions): Client {
  return {
    async call(name, input, options) {
      const response = await fetch(\`\${address}/\${encodeURIComponent(name)}\`, {
        method: 'POST',
        headers: { authorization: \`Bearer \${token}\`, 'content-type': 'application/json' },
        body: JSON.stringify(input),
        ...(options?.signal && { signal: options.signal }),
      });
      const text = await response.text();
      if (!response.ok) throw errorOf(response.status, text);
      return JSON.parse(text) as never;
    },
  };
}

function errorOf(status: number, text: string): ActionError {
  try {
    const { code, message, details } = JSON.parse(text) as { code: string; message: string; details: Json };
    return new ActionError(status, code, message, details);
  } catch {
    return new ActionError(status, 'ERR_HTTP_STATUS', \`The server answered \${status}\`, null);
  }
}
`;
