import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProcessDocument, readExport } from '../../src/process/index.ts';

/** Everything that a server of UrbanCode holds and a preview asks for. */
export interface LiveWorld {
  readonly components: readonly WorldOwner[];
  readonly templates: readonly WorldOwner[];
  readonly applications: readonly WorldApplication[];
  readonly generic: readonly WorldProcess[];
  readonly plugins: readonly object[];
}

export interface WorldOwner {
  readonly id: string;
  readonly name: string;
  readonly processes: readonly WorldProcess[];
  /** Name of the template that a component follows. */
  readonly template?: string;
  readonly team: string;
}

export interface WorldApplication extends Pick<WorldOwner, 'id' | 'name' | 'processes'> {
  readonly components: readonly string[];
}

export interface WorldProcess {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly document: ProcessDocument;
  /** What somebody works on beside it; servers since 8.2. */
  readonly draft?: ProcessDocument;
}

/** Every process in the exports of a folder; files that are no export on purpose are passed over. */
export function documentsIn(folder: string): ProcessDocument[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => {
      try {
        return readExport(readFileSync(join(folder, name), 'utf8'), name).processes.map(({ document }) => document);
      } catch {
        return [];
      }
    });
}

/** So many copies of processes in every place that a server has for them: components, templates, applications, by themselves. */
export function liveWorld(documents: readonly ProcessDocument[], count: number, pluginVersion = 1): LiveWorld {
  const perOwner = 5;
  const owners = Math.ceil(count / 3 / perOwner);
  let next = 0;
  const process = (place: string): WorldProcess => {
    const index = next++;
    const document = documents[index % documents.length]!;
    const name = `${document.name} ${index}`;
    const id = `${(index + 1).toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
    return { id, name, version: 1 + (index % 4), document: { ...document, name, path: `${place}/processes/${id}` } };
  };
  const owner = (kind: 'components' | 'componentTemplates', index: number): WorldOwner => {
    const id = `${kind}-${index}`;
    const place = `${kind}/${id}`;
    return {
      id,
      name: `${kind === 'components' ? 'Component' : 'Template'} ${index}`,
      processes: Array.from({ length: perOwner }, () => process(place)),
      team: `Team ${index % 3}`,
    };
  };
  const templates = Array.from({ length: owners }, (_, index) => owner('componentTemplates', index));
  const components = Array.from({ length: owners }, (_, index): WorldOwner => {
    // two of three follow a template, and several follow the same
    const template = index % 3 === 2 ? {} : { template: templates[index % Math.max(1, owners >> 1)]!.name };
    return { ...owner('components', index), ...template };
  });
  const generic = Array.from({ length: count - 2 * owners * perOwner }, () => process('processes'));
  const applications = Array.from(
    { length: Math.ceil(owners / 4) },
    (_, index): WorldApplication => ({
      id: `applications-${index}`,
      name: `Application ${index}`,
      processes: [{ ...process('applications'), name: `Deploy all ${index}` }],
      components: components.filter((_one, at) => at % Math.ceil(owners / 4) === index).map(({ id }) => id),
    }),
  );
  return { components, templates, applications, generic, plugins: [plugin(pluginVersion)] };
}

/** The same with a draft beside every third process of a component or a template, whose steps say something else. */
export function withDrafts(world: LiveWorld): LiveWorld {
  const drafted = (owners: readonly WorldOwner[]) =>
    owners.map((owner) => ({
      ...owner,
      processes: owner.processes.map((process, index) =>
        index % 3 === 1
          ? { ...process, draft: { ...process.document, description: `Draft of ${process.name}` } }
          : process,
      ),
    }));
  return { ...world, components: drafted(world.components), templates: drafted(world.templates) };
}

/** Processes with their drafts, each marked as such. */
function documentsOf(processes: readonly WorldProcess[]): ProcessDocument[] {
  return processes.flatMap(({ document, draft }) => [document, ...(draft ? [{ ...draft, draft: true }] : [])]);
}

function plugin(version: number): object {
  return {
    ...{ id: '0a0a0a0a-0000-4000-8000-000000000000', pluginId: 'org.example.fleet-tools', name: 'Fleet Tools' },
    ...{ description: '', version: `${version}.423632`, versionNumber: version, ghostedDate: 0 },
  };
}

/** What "Export" of a component gives: it carries its whole template. */
export function componentExport(world: LiveWorld, component: WorldOwner): object {
  const template = world.templates.find(({ name }) => name === component.template);
  return {
    ...{ name: component.name, path: `components/${component.id}`, componentType: 'STANDARD', propDefs: [] },
    ...(template && { componentTemplate: templateExport(template) }),
    processes: documentsOf(component.processes),
  };
}

export function templateExport(template: WorldOwner): object {
  return {
    ...{ name: template.name, path: `componentTemplates/${template.id}`, propDefs: [] },
    processes: documentsOf(template.processes),
  };
}

/** The whole world as one file that can be imported: applications with their components, then templates, then the rest. */
export function worldExport(world: LiveWorld): object[] {
  const inside = new Set(world.applications.flatMap(({ components }) => components));
  return [
    ...world.applications.map((application) => ({
      ...{ name: application.name, path: `applications/${application.id}` },
      components: world.components
        .filter(({ id }) => application.components.includes(id))
        .map((component) => componentExport(world, component)),
      processes: application.processes.map(({ document }) => document),
    })),
    ...world.components.filter(({ id }) => !inside.has(id)).map((component) => componentExport(world, component)),
    ...world.templates.map(templateExport),
    ...world.generic.map(({ document }) => document),
  ];
}
