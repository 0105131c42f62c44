import type { ReactNode } from 'react';
import { Page } from '../../components/page.tsx';
import { AddIcon } from '../../components/icons.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { FirstSteps } from './first-steps.tsx';
import { Problems } from './problems.tsx';
import { RouteHealth } from './route-health.tsx';
import { ServerSpace } from './server-space.tsx';
import { Throughput } from './throughput.tsx';
import { Tiles } from './tiles.tsx';

/** How everything stands, and what to look at first. */
export default function HomePage(): ReactNode {
  return (
    <Page
      title="Home"
      actions={
        <LinkButton to="/routes/new" leftSection={<AddIcon size={16} />}>
          New route
        </LinkButton>
      }
    >
      <FirstSteps />
      <Problems />
      <Tiles />
      <Throughput />
      <RouteHealth />
      <ServerSpace />
    </Page>
  );
}
