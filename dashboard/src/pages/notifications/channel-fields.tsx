import { PasswordInput, Select } from '@mantine/core';
import { useState } from 'react';
import { JsonField } from '../../components/json-field.tsx';
import { PairsField } from '../../components/pairs-field.tsx';
import { without } from '../../lib/without.ts';
import type { NotificationSpec } from '../../types.ts';
import { PRESETS, presetOf } from './presets.ts';

type Channel = NotificationSpec['channel'];

interface ChannelFieldsProps {
  readonly value: Channel;
  readonly onChange: (value: Channel) => void;
  readonly isNew: boolean;
}

/** Address and body of the call that tells something. The address is a secret: it is written and never read. */
export function ChannelFields({ value, onChange, isNew }: ChannelFieldsProps) {
  const [preset, setPreset] = useState(presetOf(value.body));
  const choose = (next: string | null): void => {
    const found = PRESETS.find((each) => each.value === next);
    setPreset(next ?? 'own');
    if (found) onChange(found.body === undefined ? without(value, 'body') : { ...value, body: found.body });
  };
  const keeps = isNew ? '' : 'Empty keeps what is saved. ';
  return (
    <div className="stack">
      <PasswordInput
        label="Address"
        description={`${keeps}The incoming webhook of the chat, or any address that takes a POST; or \${NAME} of a variable`}
        placeholder={isNew ? 'https://' : 'kept'}
        required={isNew}
        autoComplete="off"
        value={value.url ?? ''}
        onChange={(event) => onChange(withText(value, 'url', event.currentTarget.value))}
      />
      <PasswordInput
        label="Authorization"
        description={`${keeps}Where the receiver asks for one, e.g. Bearer and a token`}
        placeholder={isNew ? 'none' : 'kept, or none'}
        autoComplete="off"
        value={value.authorization ?? ''}
        onChange={(event) => onChange(withText(value, 'authorization', event.currentTarget.value))}
      />
      <Select
        label="Body"
        description="For e-mail: the API of a mail service takes it the same way"
        allowDeselect={false}
        data={[...PRESETS.map(({ value: name, label }) => ({ value: name, label })), { value: 'own', label: 'My own' }]}
        value={preset}
        onChange={choose}
      />
      {preset === 'own' && (
        <JsonField
          label="Own body"
          description="JSON with &{title}, &{text}, &{count}, &{environment}, &{url}, &{notification} and &{events} in it"
          value={value.body ?? { title: '&{title}', text: '&{text}' }}
          onChange={(body) => onChange(body === undefined ? without(value, 'body') : { ...value, body })}
        />
      )}
      <PairsField
        label="Further headers"
        description="No secrets: everybody who reads the configuration sees them"
        value={value.headers ?? {}}
        onChange={(headers) =>
          onChange(
            headers === undefined
              ? without(value, 'headers')
              : { ...value, headers: headers as Readonly<Record<string, string>> },
          )
        }
      />
    </div>
  );
}

function withText(channel: Channel, name: 'url' | 'authorization', text: string): Channel {
  return text === '' ? without(channel, name) : { ...channel, [name]: text };
}
