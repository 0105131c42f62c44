import { ConfigError } from '../core/errors.ts';

/** Files of a new connector, by their path below its folder. */
export type Scaffold = ReadonlyMap<string, string>;

/**
 * Makes the files of a connector to start from: it is valid and passes its own fixtures.
 *
 * @param schemas Where the JSON Schemas are, as seen from the connector's folder, so that editors complete the files.
 * @throws ConfigError ERR_ARGUMENT for a name that is none.
 */
export function scaffoldConnector(name: string, schemas: string): Scaffold {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) {
    throw new ConfigError(
      'ERR_ARGUMENT',
      `"${name}" cannot be the name of a connector: use small letters, digits and hyphens`,
    );
  }
  const title = name.replace(
    /(^|-)([a-z0-9])/g,
    (_, gap: string, letter: string) => (gap ? ' ' : '') + letter.toUpperCase(),
  );
  return new Map([
    ['connector.json', json(manifest(name, title, `${schemas}/connector.json`))],
    ['entities/items.json', json(entity(`../${schemas}/entity.json`))],
    ['fixtures/client.json', json(CLIENT)],
    ['fixtures/sign-in.key.json', json(SIGN_IN)],
    ['fixtures/items.list.json', json(FIXTURE)],
    ['README.md', readme(name, title)],
  ]);
}

function manifest(name: string, title: string, schema: string): object {
  return {
    $schema: schema,
    version: 1,
    name,
    title,
    description: `Reads and writes ${title}.`,
    status: 'inferred',
    source: 'the vendor’s documentation',
    parameters: {
      baseUri: {
        title: 'Address',
        description: 'Address of the API, for example https://api.example.com.',
        format: 'uri',
        placeholder: 'https://api.example.com',
        required: true,
        trimSuffixes: ['/'],
      },
      apiKey: { title: 'API key', description: 'Where it is found: …', secret: true },
    },
    authentications: {
      key: {
        title: 'API key',
        parameters: ['apiKey'],
        authenticator: { type: 'api-key', keys: [{ in: 'header', name: 'X-Api-Key', value: '&{secret.apiKey}' }] },
      },
    },
    baseUrl: '&{config.baseUri}',
    limits: [{ requests: 60, per: '1m' }],
    errorMessages: ['message'],
    check: { operation: 'items.list', hints: { 401: 'Copy the API key again.' } },
  };
}

function entity(schema: string): object {
  return {
    $schema: schema,
    name: 'items',
    title: 'Items',
    key: ['id'],
    fields: { id: 'integer', name: 'string' },
    operations: {
      list: { title: 'Lists items', method: 'GET', path: '/items', records: 'items', paginator: 'single' },
    },
  };
}

const CLIENT = {
  authentication: 'key',
  parameters: { baseUri: 'https://api.example.com', apiKey: 'made-up-key' },
};

const SIGN_IN = {
  source: 'the vendor’s documentation',
  exchanges: [],
  credentials: { headers: { 'x-api-key': 'made-up-key' } },
};

const FIXTURE = {
  source: 'the vendor’s documentation; the records are made up',
  exchanges: [
    {
      request: { method: 'GET', path: '/items' },
      answer: {
        items: [
          { id: 1, name: 'One' },
          { id: 2, name: 'Two' },
        ],
      },
    },
  ],
  records: [{ id: 1 }, { id: 2 }],
};

function readme(name: string, title: string): string {
  return `# ${title}

What it reads and writes, how credentials are got, and what is not known.

\`\`\`sh
npx sluice validate ${name}
\`\`\`
`;
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
