import { DocumentList } from '../../components/document-list.tsx';
import type { Step } from '../../types.ts';

/** Lists of steps that are saved to be used in several places. */
export default function TransformersPage() {
  return (
    <DocumentList
      kind="transformer"
      title="Transformers"
      lead="A list of steps with a name, to be used in several routes by the step “chain”."
      word="transformer"
      empty="Steps can stand in a route by themselves. Save them here when more than one route needs the same ones."
      fact={{
        title: 'Steps',
        of: ({ spec }) => ((spec['transformers'] ?? []) as Step[]).map(({ type }) => type).join(' → '),
      }}
    />
  );
}
