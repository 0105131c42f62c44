import { Panel } from '../../components/page.tsx';
import { textOf } from '../../lib/format.ts';
import { useConnector } from '../../queries.ts';
import type { ClientSpec, Parameter } from '../../types.ts';

/** What was filled in for a client, in the words of its form. Secrets are not among it. */
export function ClientFacts({ spec: { connector: name, authentication, parameters } }: { readonly spec: ClientSpec }) {
  const connector = useConnector(name).data;
  return (
    <Panel title="Set-up">
      <dl className="facts">
        <dt>System</dt>
        <dd>{connector?.title ?? name}</dd>
        <dt>Sign-in</dt>
        <dd>{connector?.authentications[authentication]?.title ?? authentication}</dd>
        {Object.entries(parameters).map(([each, value]) => (
          <Fact key={each} name={each} parameter={connector?.parameters[each]} value={value} />
        ))}
      </dl>
    </Panel>
  );
}

interface FactProps {
  readonly name: string;
  readonly parameter: Parameter | undefined;
  readonly value: unknown;
}

function Fact({ name, parameter, value }: FactProps) {
  const text = textOf(value);
  return (
    <>
      <dt>{parameter?.title ?? name}</dt>
      <dd>{parameter?.enumTitles?.[text] ?? text}</dd>
    </>
  );
}
