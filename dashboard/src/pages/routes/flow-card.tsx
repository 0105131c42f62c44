import { Handle, type NodeProps, Position } from '@xyflow/react';
import type { FlowNode } from './graph.ts';

/** One station of the picture. */
export function FlowCard({ data }: NodeProps<FlowNode>) {
  const { kind, title, text, badge, hasInput, hasOutput, isNarrow } = data;
  return (
    <div className={`flow-card ${kind}`}>
      {hasInput && <Handle type="target" position={isNarrow ? Position.Top : Position.Left} />}
      <span className="flow-kind">{kind}</span>
      <span className="strong ellipsis block">{title}</span>
      {text !== '' && <span className="muted small ellipsis block">{text}</span>}
      {badge && <span className={`badge ${badge.tone}`}>{badge.word}</span>}
      {hasOutput && <Handle type="source" position={isNarrow ? Position.Bottom : Position.Right} />}
    </div>
  );
}
