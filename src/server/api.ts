import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, FastifyTypeProvider, RawServerDefault } from 'fastify';
import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Permission } from './permissions.ts';

/** Who sends a request. */
export interface Actor {
  readonly name: string;
  readonly role: string;
  /** What a token may do of what its role may; null for all of that. */
  readonly scopes: readonly string[] | null;
  /** The session of a person; undefined for a token. */
  readonly session?: { readonly id: string; readonly userId: string } | undefined;
}

/** One route as it was registered. */
export interface RouteEntry {
  readonly method: string;
  readonly url: string;
  readonly permission: Permission | 'public';
  /** Whether its body is a file and no JSON. */
  readonly isUpload: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    permission?: Permission | 'public';
    /** Public, and asked by programs that sign what they send: where it comes from does not count. */
    isForPrograms?: boolean;
    /** Whether it takes files, which may be long in coming. */
    isUpload?: boolean;
  }
  interface FastifyRequest {
    actor: Actor | null;
    /** Whether what it did stands in the audit trail already. */
    isAudited: boolean;
  }
  interface FastifyInstance {
    /** Every route with what it needs. */
    routeTable: readonly RouteEntry[];
  }
}

/** Handlers get the types of their schemas: what was checked is what is typed. */
interface SchemaTypes extends FastifyTypeProvider {
  readonly validator: this['schema'] extends JSONSchema ? FromSchema<this['schema']> : unknown;
  readonly serializer: unknown;
}

/** The application as route files see it. */
export type Api = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, SchemaTypes>;
