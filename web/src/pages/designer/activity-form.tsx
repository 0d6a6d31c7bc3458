import { Button, Checkbox, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ProcessActivity, ProcessDocument, PropertyDefinition } from '../../api/types.ts';
import { activityType } from '../../graph/activity-title.ts';
import { type Address, addressId } from '../../graph/address.ts';
import { deprecationText } from '../../parts/deprecation-text.ts';
import { type TextKey, useText } from '../../text/index.tsx';
import { useStepType } from '../processes/step-details.tsx';
import { ActivityEdges } from './activity-edges.tsx';
import { expressionsFor } from './expressions.ts';
import { type ActivityField, type OtherActivity, otherActivities } from './new-activity.ts';
import { namesIn, type ProcessEdit } from './process-edit.ts';
import { ValueField } from './value-field.tsx';

interface ActivityFormProperties {
  readonly document: ProcessDocument;
  readonly address: Address;
  readonly activity: ProcessActivity;
  readonly onEdit: (...edits: readonly ProcessEdit[]) => void;
  readonly onRemove: () => void;
}

/** What can be said of one activity: its name, the values of its step type or its own fields, and its edges. */
export function ActivityForm({ document, address, activity, onEdit, onRemove }: ActivityFormProperties) {
  const { say } = useText();
  return (
    <Stack gap="sm" component="section" aria-label={say('designer.activityForm')} id="activity-form">
      <Group justify="space-between" wrap="nowrap">
        <Title order={2} size="h4">
          {activityType(activity, say)}
        </Title>
        <Button color="red" variant="light" size="compact-sm" onClick={onRemove}>
          {say('designer.remove')}
        </Button>
      </Group>
      <NameField key={addressId(address)} document={document} address={address} activity={activity} onEdit={onEdit} />
      {typeof activity['commandName'] === 'string' ? (
        <StepFields document={document} address={address} activity={activity} onEdit={onEdit} />
      ) : (
        <OtherFields document={document} address={address} activity={activity} onEdit={onEdit} />
      )}
      <ActivityEdges document={document} address={address} activity={activity} onEdit={onEdit} />
    </Stack>
  );
}

type FieldsProperties = Omit<ActivityFormProperties, 'onRemove'>;

/** A name is taken when the field is left: each letter in between may be the name of another activity. */
function NameField({ document, address, activity, onEdit }: FieldsProperties) {
  const { say } = useText();
  const [name, setName] = useState(activity.name);
  useEffect(() => setName(activity.name), [activity.name]);
  const taken = name !== activity.name && namesIn(document).has(name);
  const commit = (): void => {
    if (name.trim() === '' || taken) setName(activity.name);
    else if (name !== activity.name) onEdit({ kind: 'rename', address, name });
  };
  return (
    <TextInput
      label={say('designer.name')}
      description={say('designer.nameHelp')}
      value={name}
      withAsterisk
      onChange={(event) => setName(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
      {...(taken ? { error: say('designer.nameTaken') } : {})}
    />
  );
}

function StepFields({ document, address, activity, onEdit }: FieldsProperties) {
  const { say } = useText();
  const [all, setAll] = useState(false);
  const stepType = useStepType(activity);
  const values = (activity['properties'] ?? {}) as Readonly<Record<string, unknown>>;
  const declared = stepType?.properties ?? [];
  const known = new Set(declared.map(({ name }) => name));
  const others = Object.keys(values).filter((name) => !known.has(name));
  const hidden = declared.filter((property) => property.hidden).length + commonFields.length;
  const expressions = expressionsFor(document, activity);
  const field = (definition: ValueDefinition) => (
    <ValueField
      key={definition.name}
      definition={definition}
      value={values[definition.name]}
      expressions={expressions}
      onChange={(value) => onEdit({ kind: 'property', address, property: definition.name, value })}
    />
  );
  return (
    <>
      <Text size="sm">
        {String(activity['pluginName'] ?? activity['pluginId'])} {String(activity['pluginVersion'])}
        {stepType?.description ? `: ${stepType.description}` : ''}
      </Text>
      {stepType?.deprecated && <Text size="sm">{deprecationText(stepType.deprecated, say)}</Text>}
      {!stepType && <Text size="sm">{say('designer.notInstalled')}</Text>}
      {declared.filter((property) => all || !property.hidden).map(field)}
      {others.map((name) => field(plainText(name)))}
      {all && <CommonFields activity={activity} address={address} onEdit={onEdit} document={document} />}
      <Button variant="subtle" size="compact-sm" aria-expanded={all} onClick={() => setAll(!all)}>
        {say(all ? 'designer.fewerFields' : 'designer.moreFields', { count: hidden })}
      </Button>
    </>
  );
}

type ValueDefinition = Pick<
  PropertyDefinition,
  'name' | 'label' | 'type' | 'required' | 'description' | 'defaultValue' | 'placeholder' | 'choices' | 'deprecated'
>;

function plainText(name: string): ValueDefinition {
  return {
    name,
    label: name,
    type: 'textBox',
    required: false,
    description: '',
    defaultValue: null,
    placeholder: '',
    choices: [],
  };
}

const commonFields = ['workingDir', 'preconditionScript', 'postProcessingScript'] as const;
const commonSwitches = ['allowFailure', 'useImpersonation', 'showHidden'] as const;

/** What every step has, whatever its type. */
function CommonFields({ document, address, activity, onEdit }: FieldsProperties) {
  const { say } = useText();
  const expressions = expressionsFor(document, activity);
  return (
    <>
      {commonFields.map((name) => (
        <ValueField
          key={name}
          definition={{
            ...plainText(name),
            label: say(`designer.field.${name}` as TextKey),
            type: name === 'workingDir' ? 'textBox' : 'textAreaBox',
          }}
          value={activity[name]}
          expressions={expressions}
          onChange={(value) => onEdit({ kind: 'field', address, field: name, value: value === '' ? undefined : value })}
        />
      ))}
      {commonSwitches.map((name) => (
        <Checkbox
          key={name}
          label={say(`designer.field.${name}` as TextKey)}
          checked={String(activity[name]) === 'true'}
          onChange={(event) => onEdit({ kind: 'field', address, field: name, value: event.currentTarget.checked })}
        />
      ))}
    </>
  );
}

/** The fields of an activity that is no step; one of an unknown type keeps its own texts, to be changed as they are. */
function OtherFields({ document, address, activity, onEdit }: FieldsProperties) {
  const { say } = useText();
  const declared: readonly ActivityField[] | undefined = otherActivities[activity.type as OtherActivity];
  const fields = declared ?? textFieldsOf(activity);
  return fields.map(({ name, kind, required = false, choices = [] }) => (
    <ValueField
      key={name}
      definition={{
        ...plainText(name),
        label: declared ? say(`designer.field.${name}` as TextKey) : name,
        type: kind === 'choice' ? 'selectBox' : kind === 'longText' ? 'textAreaBox' : 'textBox',
        required,
        choices: choices.map((value) => ({ value, label: say(`designer.choice.${value}` as TextKey) })),
      }}
      value={activity[name]}
      expressions={expressionsFor(document, activity)}
      onChange={(value) => onEdit({ kind: 'field', address, field: name, value })}
    />
  ));
}

function textFieldsOf(activity: ProcessActivity): readonly ActivityField[] {
  return Object.entries(activity)
    .filter(([name, value]) => name !== 'name' && name !== 'type' && ['string', 'number'].includes(typeof value))
    .map(([name, value]) => ({ name, kind: String(value).includes('\n') ? ('longText' as const) : ('text' as const) }));
}
