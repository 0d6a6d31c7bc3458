import { LockstepError, type Place, type Problem } from '../failure/index.ts';
import type {
  PluginDefinition,
  PropertyDefinition,
  PropertyGroup,
  PropertyType,
  StepCommand,
  StepType,
} from './definition.ts';
import { isPluginId } from './plugin-names.ts';
import { nameInForm } from './same-name.ts';
import { attributeOf, childNamed, childrenNamed, placeOf, tidyText, type XmlElement } from './xml/element.ts';
import { mergeMarkerProblems } from './xml/merge-markers.ts';
import { namespaceProblems, pluginNamespaces } from './xml/namespaces.ts';
import { readXml } from './xml/read-xml.ts';
import { isToken, requiredAttribute, wholeNumber } from './xml/required-attribute.ts';
import { unknownElements } from './xml/unknown-elements.ts';

export interface PluginReading {
  readonly definition: PluginDefinition;
  /** What can be lived with: a property named twice, an unknown type or element, a bare namespace. */
  readonly problems: readonly Problem[];
}

const code = 'plugin-not-valid';
const propertyTypes: readonly PropertyType[] = ['textBox', 'textAreaBox', 'secureBox', 'checkBox', 'selectBox'];

/**
 * Reads the text of a `plugin.xml`. Elements are matched by local name, since real files mix `property-ui` and
 * `server:property-ui`. Throws `xml-not-well-formed`, `xml-not-safe` or `plugin-not-valid` with the place of the
 * first fault [DO-9]; step types of the same name are such a fault. A version that is still a token of the build
 * (`@API_VERSION@`) is one too, unless a source folder is read for comparing (`tokens: 'warn'`): then the version is 0.
 */
export function parsePluginXml(
  text: string,
  file: string,
  { tokens = 'refuse' }: { tokens?: 'refuse' | 'warn' } = {},
): PluginReading {
  const root = readXml(text, file);
  if (root.name !== 'plugin')
    throw new LockstepError(
      code,
      `The first element is <${root.name}>, but a plugin definition starts with <plugin>.`,
      {
        hint:
          root.name === 'plugin-upgrade'
            ? 'This is an upgrade.xml; give the plugin.xml.'
            : 'Check that this is the right file.',
        where: root.at,
      },
    );
  const header = childNamed(root, 'header');
  const identifier = header && childNamed(header, 'identifier');
  if (!header || !identifier)
    throw new LockstepError(code, header ? '<header> has no <identifier>.' : '<plugin> has no <header>.', {
      hint: 'Write <header><identifier id="…" name="…" version="1"/>…</header>.',
      where: (header ?? root).at,
    });

  const problems: Problem[] = [
    ...mergeMarkerProblems(text, file),
    ...namespaceProblems(root, pluginNamespaces),
    ...unknownElements(root, knownChildren),
  ];
  const version = attributeOf(identifier, 'version') ?? '';
  const versionToken = tokens === 'warn' && isToken(version) ? version : null;
  if (versionToken) problems.push(tokenProblem(versionToken, placeOf(identifier, 'version')));
  const stepTypes = childrenNamed(root, 'step-type').map((element) => readStepType(element, problems));
  refuseDuplicateStepTypes(stepTypes);
  return {
    definition: {
      id: readId(identifier),
      name: requiredAttribute(identifier, 'name', code),
      version: versionToken ? 0 : wholeNumber(identifier, 'version', code),
      ...(versionToken ? { versionToken } : {}),
      description: tidyText(childNamed(header, 'description')),
      tag: tidyText(childNamed(header, 'tag')) || null,
      pluginType: tidyText(childNamed(header, 'plugin-type')) || null,
      requiredServerVersion: tidyText(childNamed(header, 'required-server-version')) || null,
      dependencies: readDependencies(header),
      stepTypes,
      propertyGroups: childrenNamed(root, 'property-group').map((element) => readPropertyGroup(element, problems)),
      at: root.at,
      versionAt: placeOf(identifier, 'version'),
    },
    problems,
  };
}

function tokenProblem(token: string, where: Place): Problem {
  return {
    code: 'token-not-replaced',
    severity: 'warning',
    message: `version="${token}" is a token of the build, so the version is not known.`,
    hint: 'A source folder may hold it; a package that does is refused.',
    where,
  };
}

/** Parents whose content is wholly known; extensions of the server (roles, groups, sources) are left alone. */
const knownChildren: Readonly<Record<string, readonly string[]>> = {
  'step-type': [
    ...['description', 'properties', 'post-processing', 'command', 'parser'],
    ...['role', 'type', 'sub-tag', 'attributes', 'property'],
  ],
  properties: ['property'],
  command: ['arg'],
};

function readDependencies(header: XmlElement): PluginDefinition['dependencies'] {
  return childrenNamed(header, 'dependencies')
    .flatMap((list) => childrenNamed(list, 'dependency'))
    .map((element) => ({
      pluginId: requiredAttribute(element, 'plugin-id', code),
      minVersion: attributeOf(element, 'min-version') ?? '0',
    }));
}

function readId(identifier: XmlElement): string {
  const id = requiredAttribute(identifier, 'id', code);
  if (isPluginId(id)) return id;
  throw new LockstepError(code, `${JSON.stringify(id)} cannot be a plugin's id.`, {
    hint: 'Use letters, digits, ".", "_" and "-"; the id is also a folder name.',
    where: placeOf(identifier, 'id'),
  });
}

function readStepType(element: XmlElement, problems: Problem[]): StepType {
  const name = requiredAttribute(element, 'name', code);
  if (name.includes('/'))
    throw new LockstepError(code, `The step type "${name}" has a "/" in its name.`, {
      hint: 'A "/" separates activity and output in references; use another character.',
      where: placeOf(element, 'name'),
    });
  const postProcessing = childNamed(element, 'post-processing');
  return {
    name,
    description: tidyText(childNamed(element, 'description')),
    properties: readProperties(
      childrenNamed(element, 'properties').flatMap((list) => childrenNamed(list, 'property')),
      `step type "${name}"`,
      problems,
    ),
    postProcessing: postProcessing && postProcessing.text.trim() !== '' ? postProcessing.text : null,
    command: readCommand(childNamed(element, 'command')),
    roles: childrenNamed(element, 'role').map(tidyText),
    subTags: childrenNamed(element, 'sub-tag').map(tidyText),
    at: element.at,
    nameAt: placeOf(element, 'name'),
  };
}

function readCommand(element: XmlElement | undefined): StepCommand | null {
  if (!element) return null;
  return {
    program: requiredAttribute(element, 'program', code),
    args: childrenNamed(element, 'arg').flatMap(({ attributes }) =>
      [...attributes].flatMap(([kind, { value }]) =>
        kind === 'value' || kind === 'path' || kind === 'file' ? [{ kind, text: value } as const] : [],
      ),
    ),
  };
}

/** A name that stands twice keeps its first declaration, as the servers do that read such files. */
function readProperties(elements: readonly XmlElement[], owner: string, problems: Problem[]): PropertyDefinition[] {
  const properties = new Map<string, PropertyDefinition>();
  for (const element of elements) {
    const property = readProperty(element, problems);
    // [PROP-8]
    const first = properties.get(nameInForm(property.name));
    if (first === undefined) properties.set(nameInForm(property.name), property);
    else
      problems.push({
        code: 'property-twice',
        severity: 'warning',
        message: `The property "${property.name}" stands twice in the ${owner}; the first is in line ${first.at.line}.`,
        hint: 'Delete one of the two, or give it another name.',
        where: placeOf(element, 'name'),
      });
  }
  return [...properties.values()];
}

function readProperty(element: XmlElement, problems: Problem[]): PropertyDefinition {
  const name = requiredAttribute(element, 'name', code);
  const ui = childNamed(element, 'property-ui');
  return {
    name,
    required: attributeOf(element, 'required')?.trim() === 'true',
    type: readPropertyType(name, ui, problems),
    label: (ui && attributeOf(ui, 'label')) ?? name,
    description: (ui && attributeOf(ui, 'description')) ?? '',
    defaultValue: ui ? attributeOf(ui, 'default-value') : null,
    hidden: (ui && attributeOf(ui, 'hidden'))?.trim() === 'true',
    placeholder: (ui && attributeOf(ui, 'placeholder')) ?? '',
    choices: childrenNamed(element, 'value').map((choice) => {
      const value = choice.text.trim();
      return { label: attributeOf(choice, 'label') ?? value, value };
    }),
    at: element.at,
    nameAt: placeOf(element, 'name'),
    ...(ui ? { typeAt: placeOf(ui, 'type') } : {}),
    ...(ui && attributeOf(ui, 'default-value') !== null ? { defaultAt: placeOf(ui, 'default-value') } : {}),
  };
}

function readPropertyType(name: string, ui: XmlElement | undefined, problems: Problem[]): PropertyType {
  const written = ui ? attributeOf(ui, 'type') : null;
  if (!ui || written === null) return 'textBox';
  const exact = propertyTypes.find((type) => type === written);
  if (exact) return exact;
  const meant = propertyTypes.find((type) => type.toLowerCase() === written.trim().toLowerCase());
  problems.push(typeProblem(name, written, meant ?? 'textBox', placeOf(ui, 'type')));
  return meant ?? 'textBox';
}

function typeProblem(name: string, written: string, taken: PropertyType, where: Place): Problem {
  return {
    code: 'property-type-unknown',
    severity: 'warning',
    message: `The property "${name}" has the unknown type "${written}"; it is taken as ${taken}.`,
    hint: `Write one of ${propertyTypes.join(', ')}.`,
    where,
  };
}

function readPropertyGroup(element: XmlElement, problems: Problem[]): PropertyGroup {
  const name = requiredAttribute(element, 'name', code);
  return {
    name,
    type: attributeOf(element, 'type') ?? '',
    properties: readProperties(childrenNamed(element, 'property'), `property group "${name}"`, problems),
    at: element.at,
  };
}

function refuseDuplicateStepTypes(stepTypes: readonly StepType[]): void {
  const first = new Map<string, Place>();
  for (const { name, at, nameAt } of stepTypes) {
    const before = first.get(nameInForm(name));
    if (before)
      throw new LockstepError(code, `The step type "${name}" stands twice; the first is in line ${before.line}.`, {
        hint: 'Delete one of the two, or give it another name.',
        where: nameAt ?? at,
      });
    first.set(nameInForm(name), at);
  }
}
