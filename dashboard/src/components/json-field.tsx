import { useState } from 'react';
import { parseJson } from '../lib/format.ts';
import { JsonEditor } from './json-editor.tsx';

interface JsonFieldProps {
  readonly label: string;
  readonly description?: string | undefined;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

/** A value that only JSON can say. While the text is not JSON, the last value that was holds. */
export function JsonField({ label, description, value, onChange }: JsonFieldProps) {
  const [text, setText] = useState(value === undefined ? '' : JSON.stringify(value, null, 2));
  const isWrong = text.trim() !== '' && parseJson(text) === undefined;
  return (
    <div>
      <div className="label">{label}</div>
      {description !== undefined && <p className="muted small">{description}</p>}
      <JsonEditor
        label={label}
        value={text}
        onChange={(next) => {
          setText(next);
          const parsed = parseJson(next);
          if (parsed !== undefined || next.trim() === '') onChange(parsed);
        }}
      />
      {isWrong && <p className="bad-text small">This is not JSON yet</p>}
    </div>
  );
}
