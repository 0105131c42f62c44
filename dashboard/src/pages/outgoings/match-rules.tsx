import { ActionIcon, Button, TagsInput } from '@mantine/core';
import { AddIcon, CrossIcon } from '../../components/icons.tsx';
import { fieldsOf } from '../../lib/fields.ts';
import type { DataRecord } from '../../types.ts';

type Rules = readonly { readonly fields: readonly string[] }[];

interface MatchRulesProps {
  readonly value: Rules;
  readonly samples: readonly DataRecord[];
  readonly onChange: (value: Rules) => void;
}

/** Fields by which a record is looked up before it is created. */
export function MatchRules({ value, samples, onChange }: MatchRulesProps) {
  const known = fieldsOf(samples).map(({ path }) => path);
  return (
    <div className="stack tight">
      {value.map(({ fields }, index) => (
        <div className="row nowrap top-aligned" key={index}>
          <TagsInput
            className="grow"
            aria-label={`Fields of rule ${index + 1}`}
            placeholder={fields.length === 0 ? 'Field, e.g. key_field' : ''}
            data={known}
            limit={40}
            value={[...fields]}
            onChange={(next) => onChange(value.with(index, { fields: next }))}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={`Remove rule ${index + 1}`}
            onClick={() => onChange(value.toSpliced(index, 1))}
          >
            <CrossIcon size={16} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          variant="default"
          size="xs"
          leftSection={<AddIcon size={14} />}
          onClick={() => onChange([...value, { fields: [] }])}
        >
          Add a rule
        </Button>
      </div>
    </div>
  );
}
