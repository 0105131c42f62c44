import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { type SandboxHalo, startSandboxHalo } from '../../sandbox/halo/server.ts';
import { workbook } from '../files/rows.ts';
import { clientOf, countKeys } from '../support/documents.ts';
import { describeEngines, type Engine } from '../support/engines.ts';
import { type TestPlatform, until, withPlatform, withPlatformOn } from '../support/with-platform.ts';
import { withServer } from '../http/with-server.ts';

const FIELDS = { key_field: '&{sku}', key_field2: '?{name}', assettype_id: 1, client_id: 1 };

/** Files become assets, by the names "stock", "assets" and "stock-to-assets". */
function stockToAssets(
  target: SandboxHalo,
  subscriber: object = {},
  { incoming = {}, fields = {}, backlog = 10_000 }: { incoming?: object; fields?: object; backlog?: number } = {},
): object[] {
  return [
    clientOf('halo-b', target),
    {
      kind: 'incoming',
      identifier: 'stock',
      spec: { subscriber: { type: 'file', key: ['sku'], ...subscriber }, ...incoming },
    },
    {
      kind: 'outgoing',
      identifier: 'assets',
      spec: {
        publisher: {
          ...{ type: 'connector', client: 'halo-b', action: 'post', entity: 'asset', batch: { size: 100 } },
          ...{ match: [{ fields: ['key_field'] }] },
        },
      },
    },
    {
      kind: 'route',
      identifier: 'stock-to-assets',
      spec: {
        ...{ incoming: 'stock', outgoing: 'assets' },
        transformers: [{ type: 'map', fields: { ...FIELDS, ...fields } }],
        limits: { backlog },
      },
    },
  ];
}

interface Stock {
  readonly sluice: TestPlatform;
  readonly target: SandboxHalo;
  /** Uploads a file for "stock". */
  readonly upload: (name: string, content: string | Uint8Array) => Promise<void>;
  readonly files: () => Promise<readonly { name: string; state: string; rows: number | null; error: string | null }[]>;
}

async function withStock(engine: Engine, use: (stock: Stock) => Promise<void>): Promise<void> {
  const target = await startSandboxHalo({ seed: {}, rateLimit: false });
  try {
    await withPlatform(engine, (sluice) => use(stockOf(sluice, target)));
  } finally {
    await target.close();
  }
}

function stockOf(sluice: TestPlatform, target: SandboxHalo): Stock {
  const { platform } = sluice;
  return {
    sluice,
    target,
    upload: async (name, content) => {
      await platform.files.receive('stock', name, Readable.from([Buffer.from(content)]));
    },
    files: () => platform.store.files.list('stock', { limit: 50 }),
  };
}

function csv(from: number, to: number, name = 'Item'): string {
  const rows = Array.from({ length: to - from }, (_, index) => `S-${from + index},"${name} ${from + index}"\r\n`);
  return `sku,name\r\n${rows.join('')}`;
}

const asset = (target: SandboxHalo, key: string) =>
  target.store.rows('asset').find((row) => row['key_field'] === key) as Record<string, unknown> | undefined;

describeEngines('files are read', ['embedded', 'postgres'], (engine) => {
  test('5,000 uploaded rows arrive once; of the next file only what is new or changed', async () => {
    await withStock(engine, async ({ sluice, target, upload, files }) => {
      await sluice.apply(stockToAssets(target));
      await upload('stock.csv', csv(0, 5000));
      expect(await sluice.run('stock')).toMatchObject({
        status: 'succeeded',
        received: 5000,
        fresh: 5000,
        tasks: { finished: 5000 },
      });
      expect(countKeys(target)).toEqual({ total: 5000, distinct: 5000 });

      await upload('stock.csv', csv(0, 300).replace('"Item 7"', '"Changed"'));
      expect(await sluice.run('stock')).toMatchObject({ status: 'succeeded', received: 300, fresh: 1, unchanged: 299 });
      expect(asset(target, 'S-7')).toMatchObject({ key_field2: 'Changed' });
      expect(await files()).toMatchObject([
        { state: 'read', rows: 300 },
        { state: 'read', rows: 5000 },
      ]);
      expect(await sluice.run('stock')).toMatchObject({ status: 'succeeded', received: 0 });
    });
  });

  test('what stands before a fault arrives, the fault names file, row and column, and the corrected file brings the rest', async () => {
    await withStock(engine, async ({ sluice, target, upload, files }) => {
      await sluice.apply(stockToAssets(target));
      await upload('stock.csv', csv(0, 1200).replace('S-900,', 'S-900,,'));
      await upload('later.csv', csv(5000, 5001));
      const failed = await sluice.run('stock');
      expect(failed).toMatchObject({ status: 'failed', received: 900, error: { code: 'ERR_FILE_INVALID' } });
      expect(failed.error?.message).toContain('The file "stock.csv" cannot be read: row 902 has a value in column C');
      expect(countKeys(target)).toEqual({ total: 900, distinct: 900 });
      expect(await files()).toMatchObject([
        { name: 'later.csv', state: 'new' },
        { name: 'stock.csv', state: 'failed' },
      ]);

      const [, broken] = await sluice.platform.store.files.list('stock', { limit: 5 });
      await sluice.platform.files.discard('stock', broken?.id ?? 0);
      await upload('stock.csv', csv(0, 1200));
      expect(await sluice.run('stock')).toMatchObject({
        status: 'succeeded',
        received: 1201,
        fresh: 301,
        unchanged: 900,
      });
      expect(countKeys(target)).toEqual({ total: 1201, distinct: 1201 });
    });
  });

  test('a run that is stopped in the middle of a file goes on there', async () => {
    const environment = await engine.create();
    const target = await startSandboxHalo({ seed: {}, rateLimit: false });
    try {
      let run = 0;
      await withPlatformOn(environment, async (sluice) => {
        await sluice.apply(stockToAssets(target, {}, { backlog: 500 }));
        await stockOf(sluice, target).upload('stock.csv', csv(0, 2000));
        run = await sluice.start('stock');
        await until(async () => ((await sluice.platform.store.runs.get(run))?.received ?? 0) >= 500);
      });
      await withPlatformOn(environment, async (sluice) => {
        const end = await sluice.end(run);
        expect(end).toMatchObject({ status: 'succeeded', fresh: 2000, tasks: { finished: 2000, failed: 0 } });
        // The page that was open is read again, and no more.
        expect(end.repeated).toBeLessThanOrEqual(500);
        expect(countKeys(target)).toEqual({ total: 2000, distinct: 2000 });
      });
    } finally {
      await target.close();
      await environment.dispose();
    }
  });
});

describeEngines('files of all kinds', ['embedded'], (engine) => {
  test('a workbook with custom fields arrives as Halo takes them', async () => {
    await withStock(engine, async ({ sluice, target, upload }) => {
      await sluice.apply(stockToAssets(target, {}, { fields: { customfields: '&{customfields}' } }));
      const cell = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
      const sheet = `<row>${['sku', 'name', '$CFcolour', '$CFsize'].map(cell).join('')}</row><row>${['A', 'Pen', 'blue', ''].map(cell).join('')}</row>`;
      await upload('stock.xlsx', workbook({ sheet }));
      expect(await sluice.run('stock')).toMatchObject({ status: 'succeeded', received: 1, tasks: { finished: 1 } });
      expect(asset(target, 'A')?.['customfields']).toMatchObject([{ name: 'CFcolour', value: 'blue' }]);
    });
  });

  test('a row without a key, or a file without the column of the key, says so', async () => {
    await withStock(engine, async ({ sluice, target, upload }) => {
      await sluice.apply(stockToAssets(target));
      await upload('a.csv', 'sku,name\nA,Pen\n,Ink\n');
      const failed = await sluice.run('stock');
      expect(failed).toMatchObject({ status: 'failed', error: { code: 'ERR_FILE_KEY_EMPTY' } });
      expect(failed.error?.message).toContain('at row 3 in the column "sku"');
      await sluice.platform.files.discard(
        'stock',
        (await sluice.platform.store.files.list('stock', { limit: 1 }))[0]?.id ?? 0,
      );
      await upload('b.csv', 'id;name\n1;Pen\n');
      expect((await sluice.run('stock')).error).toMatchObject({
        code: 'ERR_FILE_COLUMN_MISSING',
        message: 'The file "b.csv" has no column "sku" at row 2; it has "id", "name"',
      });
    });
  });

  test('a key that comes again in a file is a newer version, and twins without key are told apart by their rows', async () => {
    await withStock(engine, async ({ sluice, target, upload }) => {
      await sluice.apply(stockToAssets(target));
      await upload('a.csv', 'sku,name\nA,Pen\nB,Ink\nA,Pencil\n');
      expect(await sluice.run('stock')).toMatchObject({ status: 'succeeded', received: 3, fresh: 3 });
      expect(asset(target, 'A')).toMatchObject({ key_field2: 'Pencil' });

      await sluice.apply(stockToAssets(target, { key: [], withoutKey: 'row' }));
      await upload('b.csv', 'sku,name\nC,Pen\nC,Pen\n');
      expect(await sluice.run('stock')).toMatchObject({ status: 'succeeded', received: 2, fresh: 2 });
      await upload('b.csv', 'sku,name\nC,Pen\nC,Pen\n');
      expect(await sluice.run('stock')).toMatchObject({ status: 'succeeded', received: 2, fresh: 0 });
    });
  });

  test('deletions cannot be told from files, and are refused', async () => {
    await withStock(engine, async ({ sluice, target }) => {
      await expect(sluice.apply(stockToAssets(target, {}, { incoming: { deletions: {} } }))).rejects.toThrow(
        'nobody can tell what is gone',
      );
    });
  });

  test('what was read is removed from disk when its time is over, and what is known to nobody as well', async () => {
    await withStock(engine, async ({ sluice, target, upload, files }) => {
      await sluice.apply(stockToAssets(target));
      await upload('a.csv', csv(0, 3));
      await sluice.run('stock');
      await upload('b.csv', csv(3, 4));
      const { folder } = sluice.platform.settings.files;
      const stray = path.join(folder, '00000000-0000-4000-8000-000000000000.part');
      writeFileSync(stray, 'x');
      utimesSync(stray, 1, 1);
      await sluice.platform.files.prune();
      expect(readdirSync(folder)).toHaveLength(2);
      const later = await sluice.platform.store.files.forgetPlaces({ read: Date.now() + 1, added: 0, held: 0 });
      expect(later).toHaveLength(1);
      expect(await files()).toMatchObject([
        { name: 'b.csv', state: 'new' },
        { name: 'a.csv', state: 'read', place: null },
      ]);
    });
  });
});

describeEngines('a folder of the server', ['embedded'], (engine) => {
  async function withFolder(use: (folder: string, stock: Stock) => Promise<void>): Promise<void> {
    const root = mkdtempSync(path.join(tmpdir(), 'sluice-root-'));
    const folder = path.join(root, 'in');
    mkdirSync(folder);
    const environment = await engine.create();
    const target = await startSandboxHalo({ seed: {}, rateLimit: false });
    const variables = { ...environment.variables, SLUICE_FOLDERS: root };
    try {
      await withPlatformOn({ ...environment, variables }, (sluice) => use(folder, stockOf(sluice, target)));
    } finally {
      await target.close();
      await environment.dispose();
      rmSync(root, { recursive: true, force: true });
    }
  }
  const put = (folder: string, name: string, content: string, at = 1_000_000): void => {
    writeFileSync(path.join(folder, name), content);
    utimesSync(path.join(folder, name), at, at);
  };

  test('gives its files once, and again when they changed', async () => {
    await withFolder(async (folder, { sluice, target, files }) => {
      await sluice.apply(stockToAssets(target, { source: { kind: 'folder', folder, pattern: '*.csv' } }));
      put(folder, 'b.csv', csv(1, 2), 2_000_000);
      put(folder, 'a.csv', csv(0, 1));
      put(folder, 'notes.txt', 'no');
      put(folder, '~$a.csv', 'no');
      symlinkSync('/etc/hostname', path.join(folder, 'link.csv'));
      expect(await sluice.run('stock')).toMatchObject({ status: 'succeeded', received: 2 });
      expect((await files()).map(({ name }) => name)).toEqual(['b.csv', 'a.csv']);
      expect(await sluice.run('stock')).toMatchObject({ received: 0 });
      put(folder, 'a.csv', csv(0, 1), 3_000_000);
      expect(await sluice.run('stock')).toMatchObject({ received: 0 });
      put(folder, 'a.csv', csv(0, 3), 3_000_000);
      expect(await sluice.run('stock')).toMatchObject({ received: 3, fresh: 1 });
    });
  });

  test('keeps a file that somebody writes until it is left alone, and moves away what was taken', async () => {
    await withFolder(async (folder, { sluice, target }) => {
      await sluice.apply(stockToAssets(target, { source: { kind: 'folder', folder, after: 'move' } }));
      put(folder, 'a.csv', csv(0, 2));
      put(folder, 'b.csv', csv(2, 3), Date.now() / 1000);
      expect(await sluice.run('stock')).toMatchObject({ status: 'succeeded', received: 2 });
      expect(readdirSync(folder).sort()).toEqual(['b.csv', 'taken']);
      expect(readdirSync(path.join(folder, 'taken'))).toEqual(['a.1000000000.csv']);
    });
  });

  test('outside of what is allowed is refused, also by a link', async () => {
    await withFolder(async (folder, { sluice, target }) => {
      symlinkSync(tmpdir(), path.join(folder, 'out'));
      for (const bad of [tmpdir(), path.join(folder, '../..'), path.join(folder, 'out')]) {
        await sluice.apply(stockToAssets(target, { source: { kind: 'folder', folder: bad } }));
        expect(await sluice.run('stock')).toMatchObject({ status: 'failed' });
      }
      await sluice.apply(stockToAssets(target, { source: { kind: 'folder', folder: '/' } }));
      expect((await sluice.run('stock')).error).toMatchObject({ code: 'ERR_FOLDER_NOT_ALLOWED' });
      await sluice.apply(stockToAssets(target, { source: { kind: 'folder', folder: path.join(folder, 'none') } }));
      expect((await sluice.run('stock')).error).toMatchObject({ code: 'ERR_FOLDER_MISSING' });
    });
  });
});

describeEngines('an address', ['embedded'], (engine) => {
  test('is fetched when it changed, with the secret of a variable', async () => {
    let content = csv(0, 3);
    const asked: (string | undefined)[] = [];
    await withServer(
      (request, response) => {
        asked.push(request.headers['if-none-match']);
        if (request.headers['x-key'] !== 'secret' || request.url !== '/export/stock.csv?day=1') {
          response.writeHead(403).end('no');
          return;
        }
        response.setHeader('etag', `"${content.length}"`);
        if (request.headers['if-none-match'] === `"${content.length}"`) response.writeHead(304).end();
        else response.end(content);
      },
      async (url) => {
        await withStock(engine, async ({ sluice, target, files }) => {
          const source = { kind: 'url', url: `${url}/export/stock.csv?day=1`, headers: { 'x-key': '${STOCK_KEY}' } };
          process.env['STOCK_KEY'] = 'secret';
          await sluice.apply(stockToAssets(target, { source }));
          expect(await sluice.run('stock')).toMatchObject({ status: 'succeeded', received: 3 });
          expect(await sluice.run('stock')).toMatchObject({ status: 'succeeded', received: 0 });
          content = csv(0, 4);
          expect(await sluice.run('stock')).toMatchObject({ status: 'succeeded', received: 4, fresh: 1 });
          expect(asked).toEqual([undefined, `"${csv(0, 3).length}"`, `"${csv(0, 3).length}"`]);
          expect((await files()).map(({ name }) => name)).toEqual(['stock.csv', 'stock.csv']);

          await sluice.apply(stockToAssets(target, { source: { kind: 'url', url: `${url}/other.csv` } }));
          expect((await sluice.run('stock')).error).toMatchObject({ code: 'ERR_FILE_NOT_FETCHED' });
          await sluice.apply(stockToAssets(target, { source: { kind: 'url', url: 'http://169.254.169.254/x.csv' } }));
          expect((await sluice.run('stock')).error).toMatchObject({ code: 'ERR_ADDRESS_BLOCKED' });
        });
      },
    );
  });
});
