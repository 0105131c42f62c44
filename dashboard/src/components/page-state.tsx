import { Button } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { Empty } from './page.tsx';

/** A page whose file takes long to come. */
export function PagePending() {
  return <div className="page" aria-busy="true" />;
}

/** A fault in one page stays there; the rest of the dashboard goes on. */
export function PageFault({ error }: ErrorComponentProps) {
  return (
    <div className="page">
      <Empty title="This page has a fault" action={<Button onClick={() => location.reload()}>Load it again</Button>}>
        {error instanceof Error ? error.message : 'Something went wrong'}. After an update of the server it is enough to
        load the page again.
      </Empty>
    </div>
  );
}
