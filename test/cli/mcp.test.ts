import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { haloClient, withApp } from '../server/with-app.ts';

const app = withApp();

test('a program that only writes lines to "sluice mcp" is answered by lines', async () => {
  const { port } = app.app.server.address() as { port: number };
  const child = spawn(process.execPath, ['bin/sluice.js', 'mcp', '--clients', 'halo'], {
    env: { ...process.env, SLUICE_URL: `http://127.0.0.1:${port}`, SLUICE_TOKEN: 'token-of-the-administrator' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const params = { name: 'list_clients', arguments: {} };
  child.stdin.end(`${JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params })}\n`);
  const [answer = ''] = (await text(child.stdout)).split('\n');
  expect(JSON.parse(answer)).toMatchObject({ jsonrpc: '2.0', id: 7, result: { content: [{ type: 'text' }] } });
});

test('an assistant that starts "sluice mcp" has the tools of the server, and calls them', async () => {
  await app.apply(haloClient(app));
  const { port } = app.app.server.address() as { port: number };
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['bin/sluice.js', 'mcp', '--clients', 'halo'],
    env: { SLUICE_URL: `http://127.0.0.1:${port}`, SLUICE_TOKEN: 'token-of-the-administrator' },
  });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  try {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['list_routes', 'halo__get-tickets']));
    const { content } = await client.callTool({ name: 'halo__get-tickets', arguments: { limit: 2, fields: ['id'] } });
    const [{ text }] = content as [{ text: string }];
    expect(JSON.parse(text)).toMatchObject({ isComplete: false, rows: [{ id: expect.any(Number) }, {}] });
  } finally {
    await client.close();
  }
});
