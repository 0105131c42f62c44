import { lazy, Suspense } from 'react';
import type { RouteOverview } from '../../types.ts';

const Canvas = lazy(() => import('./canvas.tsx'));

/** The picture of what flows where; its library comes with the first one that is shown. */
export function RouteCanvas({ routes }: { readonly routes: readonly RouteOverview[] }) {
  return (
    <Suspense fallback={<div className="canvas" aria-busy="true" />}>
      <Canvas routes={routes} />
    </Suspense>
  );
}
