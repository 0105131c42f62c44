import type { ComponentType } from 'react';
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
import { Link, usePath } from './lib/router.tsx';
import { useStatus } from './queries.ts';

interface Entry {
  readonly href: string;
  readonly label: string;
  readonly Icon: ComponentType<{ size?: number; stroke?: number }>;
}

const GROUPS: readonly { readonly title: string; readonly entries: readonly Entry[] }[] = [
  {
    title: 'Watch',
    entries: [
      { href: '/', label: 'Home', Icon: HomeIcon },
      { href: '/tasks', label: 'Tasks', Icon: TaskIcon },
      { href: '/runs', label: 'Runs', Icon: RunIcon },
      { href: '/errors', label: 'Errors', Icon: ErrorIcon },
      { href: '/notifications', label: 'Notifications', Icon: NotificationIcon },
    ],
  },
  {
    title: 'Connect',
    entries: [
      { href: '/templates', label: 'Templates', Icon: TemplateIcon },
      { href: '/clients', label: 'Clients', Icon: ClientIcon },
      { href: '/incomings', label: 'Incoming', Icon: IncomingIcon },
      { href: '/outgoings', label: 'Outgoing', Icon: OutgoingIcon },
      { href: '/routes', label: 'Routes', Icon: RouteIcon },
    ],
  },
  {
    title: 'Shape',
    entries: [
      { href: '/transformers', label: 'Transformers', Icon: TransformIcon },
      { href: '/value-maps', label: 'Value maps', Icon: MapIcon },
      { href: '/storages', label: 'Storages', Icon: StorageIcon },
      { href: '/variables', label: 'Variables', Icon: VariableIcon },
      { href: '/documents', label: 'Export, import', Icon: FilesIcon },
      { href: '/sheets', label: 'Bulk update', Icon: SheetIcon },
      { href: '/console', label: 'Console', Icon: ConsoleIcon },
    ],
  },
];

/** What only administrators may. */
const ADMINISTRATION = {
  title: 'Manage',
  entries: [
    { href: '/users', label: 'Users and tokens', Icon: UsersIcon },
    { href: '/audit', label: 'Audit trail', Icon: AuditIcon },
  ],
};

/** The way around, with the one number that asks for a person. */
export function Nav({ isOpen }: { readonly isOpen: boolean }) {
  const path = usePath();
  const status = useStatus();
  const groups = status.data?.token.role === 'administrator' ? [...GROUPS, ADMINISTRATION] : GROUPS;
  const failed = (status.data?.tasks.failed ?? 0) + (status.data?.tasks.waiting ?? 0);
  return (
    <div className={isOpen ? 'side open' : 'side'}>
      <Link className="brand" href="/">
        <img src="/favicon.svg" alt="" />
        Sluice
      </Link>
      <nav className="nav" aria-label="Main">
        {groups.map(({ title, entries }) => (
          <div key={title}>
            <div className="nav-title">{title}</div>
            {entries.map(({ href, label, Icon }) => (
              <Link key={href} href={href} aria-current={isCurrent(path, href) ? 'page' : undefined}>
                <Icon size={18} stroke={1.7} />
                {label}
                {href === '/errors' && failed > 0 && <span className="bubble">{count(failed)}</span>}
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

function isCurrent(path: string, href: string): boolean {
  return href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`);
}
