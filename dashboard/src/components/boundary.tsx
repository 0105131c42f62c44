import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { Empty } from './page.tsx';

interface BoundaryProps {
  readonly children: ReactNode;
}

/** A fault in one page stays there; the rest of the dashboard goes on. */
export class Boundary extends Component<BoundaryProps, { error?: Error }> {
  override state: { error?: Error } = {};

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    if (!this.state.error) return this.props.children;
    return (
      <div className="page">
        <Empty title="This page has a fault" action={<Button onClick={() => location.reload()}>Load it again</Button>}>
          {this.state.error.message}. After an update of the server it is enough to load the page again.
        </Empty>
      </div>
    );
  }
}
