import type { LinkProps } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { Link } from '../lib/router.tsx';
import { BackIcon } from './icons.tsx';

type BackProps = Pick<LinkProps, 'to' | 'params'> & { readonly label: string };

interface PageProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly back?: BackProps;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly wide?: boolean;
}

/** A page: its title, which is also the tab's, what can be done, and its content. */
export function Page({ title, lead, back, actions, children, wide = false }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Sluice`;
  }, [title]);
  return (
    <div className={wide ? 'page wide' : 'page'}>
      <header className="page-head">
        <div className="page-title">
          {back && <Back {...back} />}
          <h1>{title}</h1>
          {lead !== undefined && <div className="lead">{lead}</div>}
        </div>
        {actions !== undefined && <div className="actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

function Back({ label, ...link }: BackProps) {
  return (
    <Link className="back" {...link}>
      <BackIcon size={16} aria-hidden /> {label}
    </Link>
  );
}

interface PanelProps {
  readonly title?: ReactNode;
  readonly hint?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly flush?: boolean;
  readonly className?: string;
  readonly id?: string;
}

/** A part of a page with a heading of its own. `flush` lets tables reach its edges. */
export function Panel({ title, hint, actions, children, flush = false, className = '', id }: PanelProps) {
  return (
    <section id={id} className={`panel ${flush ? 'flush' : ''} ${className}`}>
      {title !== undefined && (
        <header className="panel-head">
          <div>
            <h2>{title}</h2>
            {hint !== undefined && <p className="muted small">{hint}</p>}
          </div>
          {actions !== undefined && <div className="actions">{actions}</div>}
        </header>
      )}
      <div className="panel-body">{children}</div>
    </section>
  );
}

interface EmptyProps {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** Says why nothing is here, and what to do next. */
export function Empty({ title, children, action }: EmptyProps) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children !== undefined && <p className="muted">{children}</p>}
      {action}
    </div>
  );
}
