import { Select } from '@mantine/core';
import { useState } from 'react';
import { useComponents } from '../queries.ts';
import type { DataRecord, Step } from '../types.ts';
import { matchesWords } from '../lib/search-words.ts';
import { Problems } from './problems.tsx';
import { StepCard } from './step-card.tsx';

interface StepsEditorProps {
  readonly steps: readonly Step[];
  readonly onChange: (steps: readonly Step[]) => void;
  readonly samples: readonly DataRecord[];
  /** Records as they arrive at each step, where they are known. */
  readonly inputs?: readonly (readonly DataRecord[] | undefined)[];
}

/** A chain of steps: add from the catalogue, move by dragging or by its buttons, switch off, remove. */
export function StepsEditor({ steps, onChange, samples, inputs = [] }: StepsEditorProps) {
  const components = useComponents().data?.transformers ?? [];
  const [opened, setOpened] = useState<number>();
  const move = (from: number, to: number): void => {
    const step = steps[from];
    if (!step || to < 0 || to >= steps.length) return;
    onChange(steps.toSpliced(from, 1).toSpliced(to, 0, step));
    setOpened(undefined);
  };
  const add = (type: string | null): void => {
    if (type === null) return;
    onChange([...steps, { type }]);
    setOpened(steps.length);
  };
  return (
    <div className="stack tight">
      <ol className="steps">
        {steps.map((step, index) => (
          <Problems key={`${index} ${step.type}`} at={`[${index}]`}>
            <StepCard
              step={step}
              place={index + 1}
              component={components.find(({ type }) => type === step.type)}
              isOpen={opened === index}
              onToggle={() => setOpened(opened === index ? undefined : index)}
              onChange={(next) => onChange(steps.with(index, next))}
              onRemove={() => {
                onChange(steps.toSpliced(index, 1));
                setOpened(undefined);
              }}
              onMove={(by) => move(index, index + by)}
              onDropFrom={(from) => move(from, index)}
              samples={inputs[index] ?? samples}
            />
          </Problems>
        ))}
      </ol>
      <Select
        // The list is there for the next step, with nothing of the last one in it.
        key={steps.length}
        aria-label="Add a step"
        placeholder="Add a step: map, filter, …"
        searchable
        value={null}
        filter={({ options, search }) =>
          options.filter((option) => 'label' in option && matchesWords(option.label, search))
        }
        data={components.map(({ type, summary }) => ({ value: type, label: `${type}: ${summary}` }))}
        onChange={add}
      />
    </div>
  );
}
