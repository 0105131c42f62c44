import type { ComponentType } from 'react';
import type { LinkProps } from '@tanstack/react-router';
import {
  AuditIcon,
  ClientIcon,
  ConsoleIcon,
  ErrorIcon,
  FilesIcon,
  HomeIcon,
  IncomingIcon,
  MapIcon,
  NotificationIcon,
  OutgoingIcon,
  RouteIcon,
  RunIcon,
  SheetIcon,
  StorageIcon,
  TaskIcon,
  TemplateIcon,
  TransformIcon,
  UsersIcon,
  VariableIcon,
} from './components/icons.tsx';
import { signOut } from './auth.ts';
import { count } from './lib/format.ts';
import { Link } from './lib/router.tsx';
import { useStatus } from './queries.ts';

interface Entry {
  readonly to: LinkProps['to'];
  readonly label: string;
  readonly Icon: ComponentType<{ size?: number; stroke?: number }>;
}

const GROUPS: readonly { readonly title: string; readonly entries: readonly Entry[] }[] = [
  {
    title: 'Watch',
    entries: [
      { to: '/', label: 'Home', Icon: HomeIcon },
      { to: '/tasks', label: 'Tasks', Icon: TaskIcon },
      { to: '/runs', label: 'Runs', Icon: RunIcon },
      { to: '/errors', label: 'Errors', Icon: ErrorIcon },
      { to: '/notifications', label: 'Notifications', Icon: NotificationIcon },
    ],
  },
  {
    title: 'Connect',
    entries: [
      { to: '/templates', label: 'Templates', Icon: TemplateIcon },
      { to: '/clients', label: 'Clients', Icon: ClientIcon },
      { to: '/incomings', label: 'Incoming', Icon: IncomingIcon },
      { to: '/outgoings', label: 'Outgoing', Icon: OutgoingIcon },
      { to: '/routes', label: 'Routes', Icon: RouteIcon },
    ],
  },
  {
    title: 'Shape',
    entries: [
      { to: '/transformers', label: 'Transformers', Icon: TransformIcon },
      { to: '/value-maps', label: 'Value maps', Icon: MapIcon },
      { to: '/storages', label: 'Storages', Icon: StorageIcon },
      { to: '/variables', label: 'Variables', Icon: VariableIcon },
      { to: '/documents', label: 'Export, import', Icon: FilesIcon },
      { to: '/sheets', label: 'Bulk update', Icon: SheetIcon },
      { to: '/console', label: 'Console', Icon: ConsoleIcon },
    ],
  },
];

/** What only administrators may. */
const ADMINISTRATION = {
  title: 'Manage',
  entries: [
    { to: '/users', label: 'Users and tokens', Icon: UsersIcon },
    { to: '/audit', label: 'Audit trail', Icon: AuditIcon },
  ],
};

/** The way around, with the one number that asks for a person. */
export function Nav({ isOpen }: { readonly isOpen: boolean }) {
  const status = useStatus();
  const groups = status.data?.token.role === 'administrator' ? [...GROUPS, ADMINISTRATION] : GROUPS;
  const failed = (status.data?.tasks.failed ?? 0) + (status.data?.tasks.waiting ?? 0);
  return (
    <div className={isOpen ? 'side open' : 'side'}>
      <Link className="brand" to="/">
        <img src="/favicon.svg" alt="" />
        Sluice
      </Link>
      <nav className="nav" aria-label="Main">
        {groups.map(({ title, entries }) => (
          <div key={title}>
            <div className="nav-title">{title}</div>
            {entries.map(({ to, label, Icon }) => (
              <Link key={to} to={to} activeOptions={{ exact: to === '/', includeSearch: false }}>
                <Icon size={18} stroke={1.7} />
                {label}
                {to === '/errors' && failed > 0 && <span className="bubble">{count(failed)}</span>}
              </Link>
            ))}
          </div>
        ))}
      </nav>
      {status.data && (
        <div className="side-foot">
          Version {status.data.version}
          <br />
          {status.data.token.name}
          <button type="button" className="link only-phone" onClick={() => void signOut()}>
            Sign out
          </button>
        </div>
      )}
    </div>
  );
}
