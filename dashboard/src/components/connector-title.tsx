import { useConnectorTitle } from '../queries.ts';
import { Logo } from './logo.tsx';

/** What people call the system of a connector. */
export function ConnectorTitle({ name }: { readonly name: string }) {
  return <>{useConnectorTitle(name)}</>;
}

/** The sign of a system, the same wherever it stands. */
export function ConnectorLogo({ name, size }: { readonly name: string; readonly size: number }) {
  return <Logo name={useConnectorTitle(name)} size={size} />;
}
