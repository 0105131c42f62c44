import { randomUUID } from 'node:crypto';
import swagger from '@fastify/swagger';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyPluginCallback,
  LogController,
  type FastifyReply,
  type RouteOptions,
} from 'fastify';
import type { RouteEntry } from './api.ts';
import { createAuditHook } from './audit-entry.ts';
import { createGate, type KnownTokens, rememberTokens } from './authentication.ts';
import { createDashboard } from './dashboard.ts';
import { toErrorAnswer } from './error-answer.ts';
import { openApiOptions } from './open-api.ts';
import { NOTHING } from './parameters.ts';
import type { Platform } from './platform.ts';
import { validatorCompiler } from './request-validation.ts';
import { accountRoutes } from './routes/account.ts';
import { actionRoutes } from './routes/actions.ts';
import { auditRoutes } from './routes/audit.ts';
import { backlogRoutes } from './routes/backlog.ts';
import { clientHealthRoutes } from './routes/client-health.ts';
import { clientLinkRoutes } from './routes/client-links.ts';
import { clientReadRoutes } from './routes/client-reads.ts';
import { clientRoutes } from './routes/clients.ts';
import { bulkActionRoutes } from './routes/bulk-actions.ts';
import { connectorRoutes } from './routes/connectors.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { documentRoutes } from './routes/documents.ts';
import { draftRoutes } from './routes/drafts.ts';
import { errorRoutes } from './routes/errors.ts';
import { fileRoutes } from './routes/files.ts';
import { eventRoutes } from './routes/events.ts';
import { healthRoutes } from './routes/health.ts';
import { hookRoutes } from './routes/hooks.ts';
import { keyRoutes } from './routes/keys.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { mcpRoutes } from './routes/mcp.ts';
import { oidcRoutes } from './routes/oidc.ts';
import { notificationRoutes } from './routes/notifications.ts';
import { openApiRoutes } from './routes/open-api.ts';
import { overviewRoutes } from './routes/overviews.ts';
import { planRoutes } from './routes/plan.ts';
import { peopleRoutes } from './routes/people.ts';
import { runRoutes } from './routes/runs.ts';
import { sheetInspectRoutes, sheetRoutes } from './routes/sheets.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { statusRoutes } from './routes/status.ts';
import { storageFileRoutes } from './routes/storage-files.ts';
import { storageRoutes } from './routes/storages.ts';
import { bulkTaskRoutes } from './routes/tasks-bulk.ts';
import { taskRoutes } from './routes/tasks.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { userRoutes } from './routes/users.ts';
import { templateRoutes } from './routes/templates.ts';
import { testRoutes } from './routes/tests.ts';
import { valueMapFileRoutes } from './routes/value-map-files.ts';
import { valueMapRoutes } from './routes/value-maps.ts';
import { cursorRoutes } from './routes/cursors.ts';
import { variableRoutes } from './routes/variables.ts';
import { versionRoutes } from './routes/versions.ts';
import { createSessionCookie } from './session-cookie.ts';
import { createTaskCounts } from './task-counts.ts';
import { receiveInTime, UPLOAD_MS } from './upload.ts';

const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** Keys of storages are longer than what Fastify lets through by itself. */
const MAX_PARAM_LENGTH = 3072;

/** An API answers data to programs: nothing in it may run, be framed, or be kept by anybody on the way. */
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Builds the REST API of a platform, without listening. */
export async function buildApp(platform: Platform): Promise<FastifyInstance> {
  const logger: FastifyBaseLogger = platform.log;
  const { trustedProxies } = platform.settings;
  const app = Fastify({
    loggerInstance: logger,
    // Addresses may hold keys of records, so they are not logged one by one.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    // Who asks is who is connected, unless that is a proxy that we know.
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    requestTimeout: UPLOAD_MS,
    exposeHeadRoutes: false,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: (error, request, reply) => {
      void sendError(error, request.id, reply);
    },
  });
  app.setValidatorCompiler(validatorCompiler);
  // Response schemas are there to be read; what handlers answer is sent as it is.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  readJsonOnly(app);
  keepRouteTable(app);
  const tokens = rememberTokens(platform.store.accessTokens);
  addHooks(app, platform, tokens);
  hangUpWhenClosing(app);
  answerErrors(app);
  await app.register(swagger, openApiOptions);
  registerRoutes(app, platform, tokens);
  return app;
}

function registerRoutes(app: FastifyInstance, platform: Platform, tokens: KnownTokens): void {
  const counting = { ...platform, tokens, countTasks: createTaskCounts(platform.store) };
  const root = named('root', (api) => {
    for (const routes of [healthRoutes, metricsRoutes]) routes(api.withTypeProvider(), counting);
  });
  void app.register(root);
  const hooks = named('hooks', (api) => {
    hookRoutes(api.withTypeProvider(), platform);
  });
  void app.register(hooks);
  for (const routes of [fileRoutes, storageFileRoutes, valueMapFileRoutes, sheetInspectRoutes]) {
    const uploads = named('uploads', (api) => {
      routes(api.withTypeProvider(), platform);
    });
    void app.register(uploads, { prefix: '/api/v1' });
  }
  const subjects = [
    openApiRoutes,
    peopleRoutes,
    oidcRoutes,
    accountRoutes,
    userRoutes,
    tokenRoutes,
    auditRoutes,
    keyRoutes,
    statusRoutes,
    eventRoutes,
    documentRoutes,
    versionRoutes,
    draftRoutes,
    variableRoutes,
    notificationRoutes,
    cursorRoutes,
    overviewRoutes,
    backlogRoutes,
    connectorRoutes,
    clientHealthRoutes,
    clientLinkRoutes,
    clientReadRoutes,
    clientRoutes,
    actionRoutes,
    mcpRoutes,
    signInRoutes,
    runRoutes,
    planRoutes,
    taskRoutes,
    bulkTaskRoutes,
    bulkActionRoutes,
    errorRoutes,
    deliveryRoutes,
    sheetRoutes,
    testRoutes,
    storageRoutes,
    templateRoutes,
    valueMapRoutes,
  ];
  const api = named('api', (own) => {
    for (const routes of subjects) routes(own.withTypeProvider(), counting);
  });
  void app.register(api, { prefix: '/api/v1' });
}

/** A plugin that adds routes. Without a name, Fastify looks through every module that was loaded to find one. */
function named(name: string, add: (app: FastifyInstance) => void): FastifyPluginCallback {
  const plugin: FastifyPluginCallback = (app, _options, done) => {
    add(app);
    done();
  };
  return Object.assign(plugin, { [Symbol.for('fastify.display-name')]: name });
}

/** Bodies are read by their declared type, and that is JSON; an empty one is the same as none. */
function readJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    // Answers by `done`; the type also knows parsers that answer a promise.
    else void parse(request, body, done);
  });
}

/** Refuses to build an API that has a route without a permission, and gives each route schemas that refuse the unknown. */
function keepRouteTable(app: FastifyInstance): void {
  const table: RouteEntry[] = [];
  app.decorate('routeTable', table);
  app.addHook('onRoute', (route: RouteOptions) => {
    const permission = route.config?.permission;
    const method = String(route.method);
    if (permission === undefined) throw new Error(`The route ${method} ${route.url} names no permission`);
    const takesBody = method === 'POST' || method === 'PUT';
    route.schema = { querystring: NOTHING, ...(takesBody && { body: NOTHING }), ...route.schema };
    table.push({ method, url: route.url, permission, isUpload: route.config?.isUpload === true });
  });
}

function addHooks(app: FastifyInstance, { store, settings, log }: Platform, tokens: KnownTokens): void {
  app.decorateRequest('actor', null);
  app.decorateRequest('isAudited', false);
  app.addHook('onRequest', receiveInTime);
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(HEADERS);
    done();
  });
  const cookie = createSessionCookie(settings);
  const findSession = (hash: string) => store.sessions.find(hash, settings.sessions);
  app.addHook('onRequest', createGate({ tokens, cookie, findSession, publicUrl: settings.publicUrl }));
  app.addHook(
    'onSend',
    createAuditHook((entry) => store.audit.record(entry)),
  );
  app.addHook('onResponse', (request, reply, done) => {
    if (request.method !== 'GET' && request.actor) {
      const { name: actor } = request.actor;
      const facts = { request: request.id, actor, method: request.method, route: request.routeOptions.url };
      log.info({ ...facts, status: reply.statusCode }, 'Answered a request that may change something');
    }
    done();
  });
}

/** A connection that stayed open after its last answer would hold up the stop until it times out. */
function hangUpWhenClosing(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing) reply.header('connection', 'close');
    done(null, payload);
  });
}

function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendError(error, request.id, reply));
  const serveDashboard = createDashboard();
  app.setNotFoundHandler((request, reply) => {
    if (serveDashboard(request, reply)) return reply;
    return reply.code(404).send({
      code: 'ERR_NOT_FOUND',
      message: `There is no ${request.method} ${request.url.replace(/\?.*$/s, '').slice(0, 200)} here`,
      details: {},
    });
  });
}

function sendError(error: unknown, requestId: string, reply: FastifyReply): FastifyReply {
  const { status, body, headers, isBug } = toErrorAnswer(error, requestId);
  if (isBug) reply.log.error({ request: requestId, err: error }, 'A request failed unexpectedly');
  return reply
    .code(status)
    .headers({ ...HEADERS, ...headers })
    .send(body);
}
