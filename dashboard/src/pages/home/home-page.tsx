import { Button } from '@mantine/core';
import { Page } from '../../components/page.tsx';
import { AddIcon } from '../../components/icons.tsx';
import { navigate } from '../../lib/router.tsx';
import { FirstSteps } from './first-steps.tsx';
import { Problems } from './problems.tsx';
import { RouteHealth } from './route-health.tsx';
import { ServerSpace } from './server-space.tsx';
import { Throughput } from './throughput.tsx';
import { Tiles } from './tiles.tsx';

/** How everything stands, and what to look at first. */
export default function HomePage() {
  return (
    <Page
      title="Home"
      actions={
        <Button leftSection={<AddIcon size={16} />} onClick={() => navigate('/routes/new')}>
          New route
        </Button>
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
