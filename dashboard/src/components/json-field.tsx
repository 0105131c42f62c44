import { Input } from '@mantine/core';
import { useState } from 'react';
import { parseJson } from '../lib/format.ts';
import { JsonEditor } from './json-editor.tsx';

interface JsonFieldProps {
  readonly label: string;
  readonly description?: string | undefined;
  readonly error?: string | undefined;
  readonly withAsterisk?: boolean;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

/** A value that only JSON can say. While the text is not JSON, the last value that was holds. */
export function JsonField({ value, onChange, error, ...head }: JsonFieldProps) {
  const [text, setText] = useState(value === undefined ? '' : JSON.stringify(value, null, 2));
  const isWrong = text.trim() !== '' && parseJson(text) === undefined;
  return (
    <Input.Wrapper labelElement="div" {...head} error={isWrong ? 'This is not JSON yet' : error}>
      <JsonEditor
        label={head.label}
        value={text}
        onChange={(next) => {
          setText(next);
          const parsed = parseJson(next);
          if (parsed !== undefined || next.trim() === '') onChange(parsed);
        }}
      />
    </Input.Wrapper>
  );
}
