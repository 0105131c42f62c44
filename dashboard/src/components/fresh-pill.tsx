import { Button } from '@mantine/core';
import { count as written } from '../lib/format.ts';

/** Says how many came since a list was read; pressing it lets them in. Nothing where there are none. */
export function FreshPill({ count, onShow }: { readonly count: number; readonly onShow: () => void }) {
  if (count === 0) return null;
  return (
    <div className="fresh" role="status">
      <Button size="xs" variant="light" radius="xl" onClick={onShow}>
        {written(count)} new
      </Button>
    </div>
  );
}
