import { count } from '../lib/format.ts';

export interface Bar {
  readonly label: string;
  readonly good: number;
  readonly bad: number;
}

const HEIGHT = 120;
const GAP = 0.22;

/** Counts over time: what went in, and on top in red what failed. */
export function Bars({
  bars,
  title,
  good,
  bad,
}: {
  readonly bars: readonly Bar[];
  title: string;
  good: string;
  bad: string;
}) {
  const most = Math.max(1, ...bars.map((bar) => bar.good + bar.bad));
  const scale = HEIGHT / most;
  const totals = bars.reduce((sum, bar) => ({ good: sum.good + bar.good, bad: sum.bad + bar.bad }), {
    good: 0,
    bad: 0,
  });
  return (
    <figure className="bars">
      <svg
        viewBox={`0 0 ${bars.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}: ${count(totals.good)} ${good}, ${count(totals.bad)} ${bad}`}
      >
        {bars.map((bar, index) => (
          <g key={bar.label} className="bar">
            <title>{`${bar.label}: ${count(bar.good)} ${good}, ${count(bar.bad)} ${bad}`}</title>
            <rect x={index} y={0} width={1} height={HEIGHT} className="bar-hit" />
            <Part x={index} from={0} size={bar.good * scale} className="bar-good" />
            <Part x={index} from={bar.good * scale} size={bar.bad * scale} className="bar-bad" />
          </g>
        ))}
      </svg>
      <div className="bars-scale">
        <span>{bars[0]?.label}</span>
        <span>{totals.good + totals.bad === 0 ? 'nothing came in this time' : `most: ${count(most)}`}</span>
        <span>now</span>
      </div>
    </figure>
  );
}

function Part(props: { readonly x: number; readonly from: number; readonly size: number; readonly className: string }) {
  const { x, from, size, className } = props;
  if (size === 0) return null;
  // A single record among thousands is still a bar that can be seen.
  const height = Math.max(2, size);
  return (
    <rect
      className={className}
      x={x + GAP / 2}
      width={1 - GAP}
      y={Math.max(0, HEIGHT - from - height)}
      height={height}
    />
  );
}
