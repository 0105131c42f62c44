import { TextInput, type TextInputProps } from '@mantine/core';
import { useState } from 'react';

interface FilterTextProps extends Omit<TextInputProps, 'value' | 'onChange' | 'onBlur'> {
  readonly value: string | undefined;
  readonly onChange: (text: string) => void;
}

/** A filter that is typed: it shows what is typed at once, while the address follows. */
export function FilterText({ value = '', onChange, ...rest }: FilterTextProps) {
  const [typed, setTyped] = useState<string>();
  return (
    <TextInput
      {...rest}
      value={typed ?? value}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        onChange(currentTarget.value.trim());
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}
