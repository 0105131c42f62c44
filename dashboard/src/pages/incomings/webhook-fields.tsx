import { PasswordInput, Select, TextInput } from '@mantine/core';
import { without } from '../../lib/without.ts';
import type { WebhookSpec } from '../../types.ts';

interface WebhookFieldsProps {
  readonly value: WebhookSpec;
  readonly isNew: boolean;
  readonly onChange: (value: WebhookSpec) => void;
}

type Verify = NonNullable<WebhookSpec['verify']>;

const PROOFS = [
  { value: 'secret', label: 'A secret in a header' },
  { value: 'hmac', label: 'A signature of the body (HMAC-SHA-256)' },
  { value: 'basic', label: 'User name and password' },
];
/** Fields of each proof; what is secret is written and never read. */
const FIELDS: Readonly<
  Record<string, readonly { name: keyof Verify; label: string; example: string; secret?: true }[]>
> = {
  basic: [
    { name: 'username', label: 'User name', example: 'halo' },
    { name: 'password', label: 'Password', example: '', secret: true },
  ],
  secret: [
    { name: 'header', label: 'Header', example: 'x-webhook-secret' },
    { name: 'secret', label: 'Secret', example: '', secret: true },
  ],
  hmac: [
    { name: 'header', label: 'Header with the signature', example: 'x-hub-signature-256' },
    { name: 'prefix', label: 'Before the signature', example: 'sha256=' },
    { name: 'secret', label: 'Secret', example: '', secret: true },
  ],
};

/** How deliveries prove themselves, and where their records are. */
export function WebhookFields({ value, isNew, onChange }: WebhookFieldsProps) {
  const { verify } = value;
  const set = (name: 'recordsPath' | 'key', text: string): void => {
    const rest = without(value, name);
    onChange(text === '' ? rest : { ...rest, [name]: text });
  };
  const setProof = (name: keyof Verify, text: string): void => {
    if (!verify) return;
    const rest = without(verify, name);
    onChange({ ...value, verify: (text === '' ? rest : { ...rest, [name]: text }) as Verify });
  };
  return (
    <div className="fields two">
      <Select
        label="How a delivery proves where it comes from"
        placeholder="Choose one"
        data={
          verify && !Object.hasOwn(FIELDS, verify.type)
            ? [...PROOFS, { value: verify.type, label: 'Its address' }]
            : PROOFS
        }
        value={verify?.type ?? null}
        allowDeselect={false}
        onChange={(type) => type !== null && onChange({ ...value, verify: { type } })}
      />
      {(FIELDS[verify?.type ?? ''] ?? []).map(({ name, label, example, secret }) => {
        const Field = secret ? PasswordInput : TextInput;
        return (
          <Field
            key={name}
            label={label}
            placeholder={secret && !isNew ? 'Kept as it is' : example}
            autoComplete="off"
            value={verify?.[name] ?? ''}
            onChange={(event) => setProof(name, event.currentTarget.value)}
          />
        );
      })}
      <TextInput
        label="Where the records are"
        description="Path in the body; empty when the body is the record"
        placeholder="events"
        value={value.recordsPath ?? ''}
        onChange={(event) => set('recordsPath', event.currentTarget.value)}
      />
      <TextInput
        label="Key"
        description="Template over the event; empty: the key fields above"
        placeholder="&{object_id}"
        value={value.key ?? ''}
        onChange={(event) => set('key', event.currentTarget.value)}
      />
    </div>
  );
}
