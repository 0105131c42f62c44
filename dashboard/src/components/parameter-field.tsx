import { Anchor, PasswordInput, Select, Textarea, TextInput } from '@mantine/core';
import type { Parameter } from '../types.ts';

interface ParameterFieldProps {
  readonly name: string;
  readonly parameter: Parameter;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly isRequired?: boolean;
  /** A secret that the server has and never tells: the field may stay empty. */
  readonly isKept?: boolean;
  readonly error?: string | undefined;
}

/** One value that a connector asks for, as the field that fits its type. Texts may be templates, so numbers are texts, too. */
export function ParameterField({ name, parameter, value, onChange, isRequired, isKept, error }: ParameterFieldProps) {
  const { title = name, description, placeholder, helpUrl } = parameter;
  const text = value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const hint = helpUrl === undefined ? description : <HelpedDescription text={description} url={helpUrl} />;
  const change = (next: string): void => onChange(fromText(next, parameter));
  const common = {
    label: title,
    description: hint,
    error,
    required: isRequired === true && !(isKept === true),
    withAsterisk: isRequired === true,
    name,
  };
  if (parameter.enum ?? parameter.type === 'boolean') {
    return (
      <Select
        {...common}
        data={choices(parameter)}
        value={text === '' ? null : text}
        placeholder={placeholder ?? defaultHint(parameter)}
        clearable={isRequired !== true}
        onChange={(next) => onChange(next === null ? undefined : fromText(next, parameter))}
      />
    );
  }
  if (parameter.multiline) {
    return (
      <Textarea
        {...common}
        autosize
        minRows={3}
        maxRows={10}
        value={text}
        placeholder={isKept ? 'Kept. Type to replace it.' : placeholder}
        onChange={(event) => change(event.currentTarget.value)}
      />
    );
  }
  if (parameter.secret) {
    return (
      <PasswordInput
        {...common}
        autoComplete="off"
        value={text}
        placeholder={isKept ? 'Kept. Type to replace it.' : placeholder}
        onChange={(event) => change(event.currentTarget.value)}
      />
    );
  }
  return (
    <TextInput
      {...common}
      autoComplete="off"
      value={text}
      placeholder={placeholder ?? defaultHint(parameter)}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

function HelpedDescription({ text, url }: { readonly text: string | undefined; readonly url: string }) {
  return (
    <>
      {text}{' '}
      <Anchor href={url} target="_blank" rel="noreferrer" size="xs" underline="always">
        Where to find it
      </Anchor>
    </>
  );
}

function choices({ enum: values, enumTitles }: Parameter): { value: string; label: string }[] {
  if (!values)
    return [
      { value: 'true', label: 'Yes' },
      { value: 'false', label: 'No' },
    ];
  return values.map((value) => ({ value, label: enumTitles?.[value] ?? value }));
}

function defaultHint({ default: value }: Parameter): string | undefined {
  if (value === undefined) return undefined;
  return `${typeof value === 'string' ? value : JSON.stringify(value)} (default)`;
}

/** Numbers, yes and no, lists and objects are made of what was typed; a template stays a text. */
function fromText(text: string, { type }: Parameter): unknown {
  if (text === '') return undefined;
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if ((type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if ((type === 'array' || type === 'object') && /^[[{]/.test(text)) return parsed(text);
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
