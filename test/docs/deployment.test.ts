import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const dockerfile = readFileSync('Dockerfile', 'utf8');
const compose = readFileSync('docker-compose.yml', 'utf8');
const ignored = readFileSync('.dockerignore', 'utf8').split('\n');
const [build = '', run = ''] = dockerfile.split(/^FROM .+$/m).slice(1);

test('the image is built in one stage and runs in another, without root, build tools or secrets', () => {
  expect(build).toContain('npm ci');
  expect(build).toContain('npm prune --omit=dev');
  expect(run).not.toMatch(/\bnpm\b/);
  expect(run).toMatch(/^USER node$/m);
  expect(dockerfile).not.toMatch(/SLUICE_KEY|SLUICE_TOKEN|PASSWORD/);
  expect(ignored).toEqual(expect.arrayContaining(['.git', 'data', '.env', '**/node_modules']));
});

test('the image runs on the Node that the package asks for', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
  const wanted = /(\d+)\./.exec(engines.node)?.[1];
  const used = [...dockerfile.matchAll(/^FROM node:(\d+)-/gm)].map(([, version]) => version);
  expect(used).toEqual([wanted, wanted]);
});

test('everything that the image copies is there, and nothing of it is ignored', () => {
  const sources = [...build.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) => files.split(' '));
  const taken = [...run.matchAll(/^COPY --from=build (.+) \S+$/gm)].flatMap(([, files = '']) =>
    files.split(' ').map((file) => file.replace('/app/', '')),
  );
  const made = ['node_modules', 'dist'];
  for (const file of [...sources, ...taken].filter((each) => !made.includes(each))) {
    expect({ file, isThere: existsSync(file), isIgnored: ignored.includes(file) }).toEqual({
      ...{ file, isThere: true, isIgnored: false },
    });
  }
});

test('the services are split by role on servers that keep what they are given', () => {
  expect(compose).toMatch(/--appendonly', 'yes'/);
  expect(compose).toMatch(/--maxmemory-policy', 'noeviction'/);
  expect(compose).toContain(`command: ['start', '--role', 'api']`);
  expect(compose).toContain(`command: ['start', '--role', 'worker']`);
  expect(compose.match(/condition: service_healthy/g)).toHaveLength(2);
  // Workers are scaled, so they may not have a name or a port of their own.
  const worker = compose.slice(compose.indexOf('  worker:'), compose.indexOf('  postgres:'));
  expect(worker).not.toMatch(/container_name|ports/);
});

test('every variable that holds a secret has to be given, and none has a value in the file', () => {
  const used = [...compose.matchAll(/\$\{(\w+)([^}]*)\}/g)].map(([, name, rest]) => ({ name, rest }));
  expect(new Set(used.map(({ name }) => name))).toEqual(new Set(['POSTGRES_PASSWORD', 'SLUICE_KEY', 'SLUICE_TOKEN']));
  expect(used.filter(({ rest }) => !rest?.startsWith(':?'))).toEqual([]);
});

test('a stop has more time than what is being published may take', () => {
  const grace = /GRACE_MS = (\d+)_000/.exec(readFileSync('src/cli/commands/start.ts', 'utf8'))?.[1];
  const given = /stop_grace_period: (\d+)s/.exec(compose)?.[1];
  expect(Number(given)).toBeGreaterThan(Number(grace));
});
