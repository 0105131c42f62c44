import { ActionIcon, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { plural } from '../lib/format.ts';
import { stepSummary } from '../lib/step-summary.ts';
import type { Component, DataRecord, Step } from '../types.ts';
import { ChevronIcon, DeleteIcon, DragIcon } from './icons.tsx';
import { JsonField } from './json-field.tsx';
import { useProblems } from './problems.tsx';
import { SchemaForm } from './schema-form.tsx';

interface StepCardProps {
  readonly step: Step;
  readonly place: number;
  readonly component: Component | undefined;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onChange: (step: Step) => void;
  readonly onRemove: () => void;
  readonly onMove: (by: number) => void;
  readonly onDropFrom: (place: number) => void;
  readonly samples: readonly DataRecord[];
}

/** One step of a chain: a line that says what it does, and its options when it is opened. */
export function StepCard(props: StepCardProps) {
  const { step, place, component, isOpen, onToggle, onRemove, onMove, onDropFrom } = props;
  const isOff = step['disabled'] === true;
  const problems = useProblems();
  return (
    <li
      className={isOff ? 'step off' : 'step'}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        const from = event.dataTransfer.getData('text/x-step');
        if (from !== '') onDropFrom(Number(from));
      }}
    >
      <div className="step-line">
        <span
          className="grip"
          draggable
          title="Drag to move"
          onDragStart={(event) => event.dataTransfer.setData('text/x-step', String(place - 1))}
        >
          <DragIcon size={16} aria-hidden />
        </span>
        <button type="button" className="step-name" aria-expanded={isOpen} onClick={onToggle}>
          <ChevronIcon size={14} aria-hidden className={isOpen ? 'turned' : ''} />
          <span className="strong">{step.type}</span>
          <span className="muted small ellipsis grow">{isOff ? 'switched off' : stepSummary(step)}</span>
          {problems.length > 0 && <span className="badge bad">{plural(problems.length, 'problem')}</span>}
        </button>
        <ActionIcon variant="subtle" color="gray" aria-label={`Move step ${place} up`} onClick={() => onMove(-1)}>
          ↑
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" aria-label={`Move step ${place} down`} onClick={() => onMove(1)}>
          ↓
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" aria-label={`Remove step ${place}`} onClick={onRemove}>
          <DeleteIcon size={16} />
        </ActionIcon>
      </div>
      {isOpen && <StepOptions {...props} component={component} />}
    </li>
  );
}

function StepOptions({ step, component, onChange, samples }: StepCardProps) {
  const [mode, setMode] = useState('form');
  const { type, name, disabled, ...options } = step;
  const rebuild = (next: DataRecord, rest: { name?: unknown; disabled?: unknown } = { name, disabled }): void => {
    onChange({
      type,
      ...(typeof rest.name === 'string' && rest.name !== '' && { name: rest.name }),
      ...(rest.disabled === true && { disabled: true }),
      ...next,
    });
  };
  return (
    <div className="step-body stack">
      <div className="row between">
        <p className="muted small grow">{component?.summary ?? 'This server does not know this step.'}</p>
        <SegmentedControl
          size="xs"
          aria-label="How options are edited"
          value={mode}
          onChange={setMode}
          data={[
            { value: 'form', label: 'Form' },
            { value: 'json', label: 'JSON' },
          ]}
        />
      </div>
      {mode === 'form' && component && (
        <SchemaForm schema={component.options} value={options} onChange={(next) => rebuild(next)} samples={samples} />
      )}
      {(mode === 'json' || !component) && (
        <JsonField label="Options" value={options} onChange={(next) => rebuild((next ?? {}) as DataRecord)} />
      )}
      <div className="row between">
        <TextInput
          size="xs"
          aria-label="Name of the step"
          placeholder="A name for it, shown in errors"
          value={typeof name === 'string' ? name : ''}
          onChange={(event) => rebuild(options, { name: event.currentTarget.value, disabled })}
        />
        <Switch
          size="sm"
          label="Switched on"
          checked={disabled !== true}
          onChange={(event) => rebuild(options, { name, disabled: !event.currentTarget.checked })}
        />
      </div>
    </div>
  );
}
