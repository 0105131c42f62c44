import type { JSONSchema } from 'json-schema-to-ts';
import type { Condition, Part } from '../part.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

const LOCAL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$/;
const DOMAIN = /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

export default {
  type: 'format-email',
  summary: 'Holds for a text that is an email address.',
  options,
  create: (): Condition => (value) => {
    if (typeof value !== 'string' || value.length > 254) return false;
    const at = value.lastIndexOf('@');
    const [local, domain] = [value.slice(0, Math.max(at, 0)), value.slice(at + 1)];
    return LOCAL.test(local) && !/^\.|\.\.|\.$/.test(local) && DOMAIN.test(domain);
  },
} satisfies Part<Condition>;
