import { Link } from '../../lib/router.tsx';
import { CheckIcon } from '../../components/icons.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { Panel } from '../../components/page.tsx';
import { useClients, useIncomings, useOutgoings, useRoutes, useStatus } from '../../queries.ts';

/** The way to the first integration; goes away once records have arrived. */
export function FirstSteps() {
  const status = useStatus().data;
  return status?.tasks.finished === 0 ? <Steps /> : null;
}

function Steps() {
  const [clients, incomings, outgoings, routes] = [
    useClients().data,
    useIncomings().data,
    useOutgoings().data,
    useRoutes().data,
  ];
  if (!clients || !incomings || !outgoings || !routes) return null;
  const steps = [
    {
      title: 'Connect a system',
      text: 'Pick a connector, sign in, test.',
      to: '/clients/new',
      done: clients.items.length > 0,
    },
    {
      title: 'Say what is read',
      text: 'An incoming reads records on a schedule.',
      to: '/incomings/new',
      done: incomings.items.length > 0,
    },
    {
      title: 'Say where it goes',
      text: 'An outgoing writes them to a system.',
      to: '/outgoings/new',
      done: outgoings.items.length > 0,
    },
    {
      title: 'Connect the two',
      text: 'A route filters and maps in between.',
      to: '/routes/new',
      done: routes.items.length > 0,
    },
    {
      title: 'Run it',
      text: 'And watch the first record arrive.',
      to: '/incomings',
      done: false,
    },
  ] as const;
  const next = steps.findIndex(({ done }) => !done);
  return (
    <Panel
      title="Your first integration"
      hint="Five steps. Each one shows real records while you set it up."
      actions={
        <LinkButton to="/templates" variant="default">
          Or start from a template
        </LinkButton>
      }
    >
      <ol className="guide">
        {steps.map(({ title, text, to, done }, index) => (
          <li key={title} className={index === next ? 'next' : ''}>
            <span className={`dot ${done ? 'done' : 'todo'}`}>{done ? <CheckIcon size={14} /> : index + 1}</span>
            <span className="grow">
              <Link to={to} className="strong">
                {title}
              </Link>
              <span className="muted small block">{text}</span>
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
