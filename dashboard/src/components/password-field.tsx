import { PasswordInput } from '@mantine/core';

interface PasswordFieldProps {
  readonly label?: string;
  readonly description?: string;
  readonly size?: 'md';
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** `new` for one that is being made up: it says the rule, and browsers offer one. */
  readonly kind: 'current' | 'new' | 'token';
}

const COMPLETES = { current: 'current-password', new: 'new-password', token: 'off' };

/** A field for a password or a token. */
export function PasswordField({ label = 'Password', description, size, value, onChange, kind }: PasswordFieldProps) {
  const rule = kind === 'new' ? '12 characters or more.' : undefined;
  const text = [rule, description].filter((each) => each !== undefined).join(' ');
  return (
    <PasswordInput
      label={label}
      description={text === '' ? undefined : text}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      autoComplete={COMPLETES[kind]}
      required
      {...(size !== undefined && { size })}
    />
  );
}
