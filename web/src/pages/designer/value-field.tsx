import {
  ActionIcon,
  Checkbox,
  Group,
  Menu,
  NativeSelect,
  PasswordInput,
  ScrollArea,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useRef } from 'react';
import type { PropertyDefinition } from '../../api/types.ts';
import { deprecationText } from '../../parts/deprecation-text.ts';
import { useText } from '../../text/index.tsx';
import type { ExpressionGroup } from './expressions.ts';

interface ValueFieldProperties {
  readonly definition: Pick<
    PropertyDefinition,
    'name' | 'label' | 'type' | 'required' | 'description' | 'defaultValue' | 'placeholder' | 'choices' | 'deprecated'
  >;
  /** Undefined: not set. `{ secret: true }`: set, and not shown. */
  readonly value: unknown;
  readonly onChange: (value: string | undefined) => void;
  readonly expressions: readonly ExpressionGroup[];
}

/** One value, asked for as its type wants it; descriptions of old plugins hold markup and are shown as text. */
export function ValueField({ definition, value, onChange, expressions }: ValueFieldProperties) {
  const { say } = useText();
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const { name, type, required, defaultValue, placeholder, choices } = definition;
  const hidden = typeof value === 'object' && value !== null;
  const text = value === undefined || hidden ? '' : String(value);
  const help = [
    definition.description,
    defaultValue ? say('designer.defaultIs', { value: defaultValue }) : '',
    deprecationText(definition.deprecated, say),
  ]
    .filter((part) => part !== '')
    .join(' ');
  const missing = required && !hidden && text === '';
  const common = {
    label: definition.label || name,
    description: help,
    withAsterisk: required,
    'aria-required': required,
    name,
    ...(missing ? { error: say('designer.required') } : {}),
  };
  if (type === 'checkBox') {
    return (
      <Checkbox
        label={common.label}
        description={help}
        checked={text === 'true'}
        onChange={(event) => onChange(event.currentTarget.checked ? 'true' : undefined)}
      />
    );
  }
  if (type === 'selectBox') {
    const known = choices.some((choice) => choice.value === text);
    return (
      <NativeSelect
        {...common}
        value={text}
        onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
        data={[
          ...(text === '' || !required ? [{ value: '', label: '–' }] : []),
          ...(known || text === '' ? [] : [{ value: text, label: text }]),
          ...choices
            .filter((choice) => choice.value !== '')
            .map((choice) => ({ value: choice.value, label: choice.label || choice.value })),
        ]}
      />
    );
  }
  const change = (event: { currentTarget: { value: string } }): void => onChange(event.currentTarget.value);
  if (type === 'secureBox') {
    return (
      <PasswordInput
        {...common}
        value={text}
        placeholder={hidden ? say('designer.secretKept') : placeholder}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': say('designer.showSecret') }}
        onChange={change}
      />
    );
  }
  const insert = (expression: string): void => {
    const { selectionStart, selectionEnd } = input.current ?? {};
    const [from, to] = [selectionStart ?? text.length, selectionEnd ?? text.length];
    onChange(text.slice(0, from) + expression + text.slice(to));
  };
  return (
    <Group gap={4} align="start" wrap="nowrap">
      {type === 'textAreaBox' ? (
        <Textarea
          {...common}
          ref={input}
          value={text}
          placeholder={placeholder}
          autosize
          minRows={2}
          maxRows={12}
          onChange={change}
          flex={1}
        />
      ) : (
        <TextInput {...common} ref={input} value={text} placeholder={placeholder} onChange={change} flex={1} />
      )}
      <ExpressionMenu label={common.label} expressions={expressions} onChoose={insert} />
    </Group>
  );
}

interface ExpressionMenuProperties {
  readonly label: string;
  readonly expressions: readonly ExpressionGroup[];
  readonly onChoose: (expression: string) => void;
}

function ExpressionMenu({ label, expressions, onChoose }: ExpressionMenuProperties) {
  const { say } = useText();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="default" mt={2} size="md" aria-label={say('designer.insertInto', { label })} fz={11}>
          {'${}'}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <ScrollArea.Autosize mah={300}>
          {expressions
            .filter((group) => group.expressions.length > 0)
            .map((group) => (
              <div key={group.title}>
                <Menu.Label>{say(`designer.expressions.${group.title}`)}</Menu.Label>
                {group.expressions.map((expression) => (
                  <Menu.Item key={expression} onClick={() => onChoose(expression)}>
                    {expression}
                  </Menu.Item>
                ))}
              </div>
            ))}
        </ScrollArea.Autosize>
      </Menu.Dropdown>
    </Menu>
  );
}
