import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { PageFault, PagePending } from './components/page-state.tsx';
import { filtered, formatFilters, parseFilters } from './lib/router.tsx';
import HomePage from './pages/home/home-page.tsx';
import { NotFound } from './pages/not-found.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute();

/** A page that is loaded when it is first shown, or when a link to it is pointed at; `search` says which filters it has. */
function page<const Path extends string, Search extends object = object>(
  path: Path,
  load: () => Promise<{ default: ComponentType }>,
  search = filtered<never> as (given: Readonly<Record<string, unknown>>) => Search,
) {
  return createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(load),
    validateSearch: search,
  });
}

/** Every page; each is a file of its own. */
const tree = root.addChildren([
  // Comes with the shell: most visits begin here.
  page('/', () => Promise.resolve({ default: HomePage }), filtered<'span'>),
  page(
    '/tasks',
    () => import('./pages/tasks/tasks-page.tsx'),
    filtered<'key' | 'state' | 'route' | 'run' | 'incoming' | 'error'>,
  ),
  page('/tasks/$id', () => import('./pages/tasks/task-page.tsx')),
  page('/bulk-actions', () => import('./pages/bulk/bulk-page.tsx')),
  page('/runs', () => import('./pages/runs/runs-page.tsx'), filtered<'incoming' | 'status'>),
  page('/runs/$id', () => import('./pages/runs/run-page.tsx')),
  page('/errors', () => import('./pages/errors/errors-page.tsx'), filtered<'route' | 'state'>),
  page('/clients', () => import('./pages/clients/clients-page.tsx')),
  page('/clients/new', () => import('./pages/clients/gallery-page.tsx'), filtered<'search' | 'back' | 'option'>),
  page('/clients/new/$connector', () => import('./pages/clients/new-client-page.tsx'), filtered<'back' | 'option'>),
  page('/clients/$id', () => import('./pages/clients/client-page.tsx'), filtered<'tab' | 'test' | 'back'>),
  page('/sheets', () => import('./pages/sheets/sheet-page.tsx'), filtered<'client' | 'entity'>),
  page('/console', () => import('./pages/console/console-page.tsx'), filtered<'client' | 'entity' | 'operation'>),
  page('/incomings', () => import('./pages/incomings/incomings-page.tsx')),
  page(
    '/incomings/new',
    () => import('./pages/incomings/edit-incoming-page.tsx'),
    filtered<'client' | 'draft' | 'from'>,
  ),
  page('/incomings/$id', () => import('./pages/incomings/incoming-page.tsx')),
  page('/incomings/$id/edit', () => import('./pages/incomings/edit-incoming-page.tsx')),
  page('/outgoings', () => import('./pages/outgoings/outgoings-page.tsx')),
  page('/outgoings/new', () => import('./pages/outgoings/edit-outgoing-page.tsx'), filtered<'client' | 'draft'>),
  page('/outgoings/$id', () => import('./pages/outgoings/edit-outgoing-page.tsx')),
  page('/routes', () => import('./pages/routes/routes-page.tsx'), filtered<'view'>),
  page('/routes/new', () => import('./pages/routes/edit-route-page.tsx'), filtered<'incoming' | 'outgoing' | 'draft'>),
  page('/routes/$id', () => import('./pages/routes/route-page.tsx')),
  page('/routes/$id/edit', () => import('./pages/routes/edit-route-page.tsx')),
  page('/templates', () => import('./pages/templates/templates-page.tsx')),
  page('/templates/$id', () => import('./pages/templates/template-page.tsx'), filtered<string>),
  page('/transformers', () => import('./pages/transformers/transformers-page.tsx')),
  page('/transformers/new', () => import('./pages/transformers/workbench-page.tsx'), filtered<'draft'>),
  page('/transformers/$id', () => import('./pages/transformers/workbench-page.tsx')),
  page('/storages', () => import('./pages/storages/storages-page.tsx')),
  page('/storages/$id', () => import('./pages/storages/storage-page.tsx'), filtered<'search'>),
  page('/value-maps', () => import('./pages/value-maps/value-maps-page.tsx')),
  page('/value-maps/$id', () => import('./pages/value-maps/value-map-page.tsx')),
  page('/documents', () => import('./pages/documents/documents-page.tsx')),
  page('/variables', () => import('./pages/variables/variables-page.tsx')),
  page('/versions/$kind/$id', () => import('./pages/access/versions-page.tsx')),
  page('/notifications', () => import('./pages/notifications/notifications-page.tsx')),
  page('/notifications/new', () => import('./pages/notifications/notification-page.tsx'), filtered<'draft'>),
  page('/notifications/$id', () => import('./pages/notifications/notification-page.tsx')),
  page('/account', () => import('./pages/access/account-page.tsx')),
  page('/users', () => import('./pages/access/users-page.tsx')),
  page('/audit', () => import('./pages/access/audit-page.tsx'), filtered<'actor' | 'action' | 'subject'>),
]);

/** The addresses of the dashboard: every view is a path, and its filters are the query, so any state can be sent to a colleague. */
export const router = createRouter({
  routeTree: tree,
  InnerWrap: Shell,
  parseSearch: parseFilters,
  stringifySearch: formatFilters,
  scrollRestoration: true,
  defaultPreload: 'intent',
  // The page before stays until the next one is there; one that takes long says so.
  defaultPendingMs: 250,
  defaultPendingMinMs: 0,
  defaultPendingComponent: PagePending,
  defaultErrorComponent: PageFault,
  defaultNotFoundComponent: NotFound,
  notFoundMode: 'root',
  // A form of another document begins anew.
  defaultRemountDeps: ({ params }) => params,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
