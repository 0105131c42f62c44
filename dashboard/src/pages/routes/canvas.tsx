import '@xyflow/react/dist/style.css';
import { useComputedColorScheme } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Background, Controls, ReactFlow } from '@xyflow/react';
import { useMemo } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { useBacklog, useIncomings, useOutgoings } from '../../queries.ts';
import type { RouteOverview } from '../../types.ts';
import { type FlowNode, graphOf } from './graph.ts';
import { FlowCard } from './flow-card.tsx';

const TYPES = { card: FlowCard };

/** What flows where: client, incoming, route, outgoing, client, with the numbers of right now. */
export default function Canvas({ routes }: { readonly routes: readonly RouteOverview[] }) {
  const navigate = useNavigate();
  const incomings = useIncomings().data?.items;
  const outgoings = useOutgoings().data?.items;
  const backlog = useBacklog().data?.items;
  const colorMode = useComputedColorScheme('light');
  const isNarrow = useMediaQuery('(max-width: 700px)', false, { getInitialValueInEffect: false });
  const { nodes, edges, height } = useMemo(
    () => graphOf(routes, incomings ?? [], outgoings ?? [], backlog ?? [], isNarrow),
    [routes, incomings, outgoings, backlog, isNarrow],
  );
  if (!incomings || !outgoings) return <div className="canvas" style={{ height }} aria-busy="true" />;
  return (
    <div className="canvas" style={{ height }}>
      <ReactFlow<FlowNode>
        key={nodes.map(({ id }) => id).join()}
        nodes={nodes}
        edges={edges}
        nodeTypes={TYPES}
        colorMode={colorMode}
        fitView
        fitViewOptions={{ maxZoom: 1, padding: 0.08, ...(isNarrow && { minZoom: 0.75 }) }}
        minZoom={0.2}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        zoomOnScroll={false}
        preventScrolling={false}
        proOptions={{ hideAttribution: true }}
        onNodeClick={(_event, node) => void navigate(node.data.link)}
        aria-label="What flows where"
      >
        <Background gap={22} />
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}
