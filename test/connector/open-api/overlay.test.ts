import { describe, expect, test } from '@jest/globals';
import { importOpenApi } from '../../../src/connector/open-api/import.ts';
import { DEVICES, documentWith } from './documents.ts';

function devicesWith(overlay: unknown) {
  return importOpenApi(DEVICES, overlay).entities.get('devices');
}

function problemOf(overlay: unknown): string {
  try {
    importOpenApi(DEVICES, overlay);
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
  return '';
}

describe('an overlay', () => {
  test('adds facts that OpenAPI lacks, and takes away what is null', () => {
    const devices = devicesWith({
      source: 'made up',
      entities: {
        devices: {
          title: 'Machines',
          key: ['id'],
          fields: { tags: null },
          operations: {
            list: {
              paginator: 'pages',
              records: 'rows',
              queryParameters: { active: { description: 'Ours.', required: true }, more: 'integer' },
            },
          },
        },
      },
    });
    expect(devices).toMatchObject({ title: 'Machines', key: ['id'], source: 'made up' });
    expect(devices?.fields).not.toHaveProperty('tags');
    expect(devices?.operations['list']).toEqual({
      title: 'Lists devices',
      method: 'GET',
      path: '/api/v2/Devices',
      queryParameters: { active: { type: 'boolean', description: 'Ours.', required: true }, more: 'integer' },
      paginator: 'pages',
      records: 'rows',
    });
  });

  test('names things in its words', () => {
    const devices = devicesWith({
      titles: { update: 'Changes one {one}', 'POST /api/v2/Devices/*/reset': 'Restarts one {one}' },
      entities: { devices: { one: 'smart phone' } },
    });
    expect(devices?.title).toBe('Smart phones');
    expect(devices?.operations['update']?.title).toBe('Changes one smart phone');
    expect(devices?.operations['reset']?.title).toBe('Restarts one smart phone');
  });

  test('has rules for all operations of a kind; what an entity says itself wins', () => {
    const set = { paginator: 'pages', records: ['{rows}', ''], status: 'inferred' };
    const rules = [
      { when: { operation: 'list', parameters: ['active'] }, set },
      { when: { operation: 'list', parameters: ['nothing'] }, set: { records: 'never' } },
      { when: { operation: 'list', lacks: ['active'] }, set: { records: 'never' } },
    ];
    expect(devicesWith({ rules })?.operations['list']).toMatchObject({ ...set, records: ['devices', ''] });
    const own = { devices: { operations: { list: { status: 'stable' } } } };
    expect(devicesWith({ rules, entities: own })?.operations['list']).not.toHaveProperty('status');
  });

  test('has rules for entities, and patterns for whole numbers', () => {
    const entityRules = [
      { when: { operations: ['get'], pathParameters: ['deviceId'], fields: ['id'] }, set: { key: ['id'] } },
      { when: { operations: ['nothing'] }, set: { idField: 'id' } },
      { when: {}, set: { integerFields: ['i*', 'name'] } },
    ];
    const devices = devicesWith({ entityRules });
    expect(devices).toMatchObject({ key: ['id'], integerFields: ['id'] });
    expect(devices?.idField).toBeUndefined();
  });

  test('adds operations that the document lacks, until the document has them', () => {
    const overlay = {
      pathParameterTypes: { id: 'integer' },
      extraOperations: [{ operations: ['GET /sites', 'GET /sites/{id}'], set: { status: 'inferred' } }],
      entities: { sites: { operations: { list: { paginator: 'single' } } } },
    };
    const { entities, report } = importOpenApi(DEVICES, overlay);
    expect(entities.get('sites')?.operations).toMatchObject({
      list: { paginator: 'single', status: 'inferred' },
      get: { pathParameters: { id: 'integer' }, status: 'inferred' },
    });
    expect(report.onePageOnly).not.toContain('sites.list');
    const newer = importOpenApi(documentWith({ '/sites': { get: {} } }), overlay).entities.get('sites');
    expect(newer?.operations['list']).not.toHaveProperty('status');
  });

  test('names an operation by giving its method and path, and leaves others out', () => {
    const { entities, report } = importOpenApi(DEVICES, {
      leaveOut: ['PUT /api/v2/Devices/{deviceId}'],
      entities: { devices: { operations: { restart: { method: 'POST', path: '/api/v2/Devices/{deviceId}/reset' } } } },
    });
    const names = Object.keys(entities.get('devices')?.operations ?? {});
    expect(names).toContain('restart');
    expect(names).not.toContain('reset');
    expect(names).not.toContain('replace');
    expect(report.skipped).toEqual([{ what: 'PUT /api/v2/Devices/{deviceId}', why: 'the overlay leaves it out' }]);
  });

  test('hides what the paginator sends, only where there is one', () => {
    const hide = { hideParameters: ['active'] };
    expect(devicesWith(hide)?.operations['list']).not.toHaveProperty('queryParameters');
    const rules = [{ when: { operation: 'alerts' }, set: { queryParameters: { active: 'boolean' } } }];
    expect(devicesWith({ rules })?.operations['alerts']?.queryParameters).toEqual({ active: 'boolean' });
  });

  test.each([
    [{ entites: {} }, 'entites: unknown key (did you mean "entities"?)'],
    [{ entities: { devices: { ky: ['id'] } } }, 'entities.devices.ky: unknown key (did you mean "key"?)'],
    [
      { entities: { devices: { operations: { list: { paginater: 'pages' } } } } },
      'entities.devices.operations.list.paginater: unknown key (did you mean "paginator"?)',
    ],
    [{ entities: { device: {} } }, 'entities.device: the document has no such entity (did you mean "devices"?)'],
    [
      { entities: { devices: { operations: { lst: {} } } } },
      'entities.devices.operations.lst: the document has no such operation (did you mean "list"?)',
    ],
    [{ extraOperations: [{ operations: ['LIST /x'] }] }, 'does not have the right form'],
  ])('%j is refused', (overlay, message) => {
    expect(problemOf(overlay)).toMatch(/^ERR_OVERLAY: The overlay is not valid: /);
    expect(problemOf(overlay)).toContain(message);
  });
});
