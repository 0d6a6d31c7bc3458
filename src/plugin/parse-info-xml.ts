import { LockstepError, type Problem } from '../failure/index.ts';
import { attributeOf, childNamed, childrenNamed, tidyText } from './xml/element.ts';
import { readXml } from './xml/read-xml.ts';

/** What an `info.xml` tells people about a plugin: author, kind, release and the notes of each version. */
export interface PluginPresentation {
  readonly author: string;
  readonly organization: string;
  readonly email: string;
  readonly website: string;
  /** Such as `Automation`, `Source`, `Deploy`. */
  readonly integrations: readonly string[];
  readonly source: string | null;
  readonly licenses: readonly string[];
  readonly toolDescription: string;
  readonly links: readonly { readonly title: string; readonly description: string; readonly url: string }[];
  readonly releaseVersion: string | null;
  readonly releaseNotes: readonly { readonly pluginVersion: string; readonly text: string }[];
}

export interface PresentationReading {
  readonly presentation: PluginPresentation;
  readonly problems: readonly Problem[];
}

/** Reads the text of an `info.xml`; only its root is asked for, everything else may be absent. Throws like `parsePluginXml`. */
export function parseInfoXml(text: string, file: string): PresentationReading {
  const root = readXml(text, file);
  if (root.name !== 'pluginInfo')
    throw new LockstepError(
      'plugin-not-valid',
      `The first element is <${root.name}>, but an info.xml starts with <pluginInfo>.`,
      {
        hint: 'Check that this is the right file.',
        where: root.at,
      },
    );
  const author = childNamed(root, 'author');
  const textOf = (name: string): string => tidyText(author && childNamed(author, name));
  const source = childNamed(root, 'source');
  const list = (parent: string, child: string) =>
    childrenNamed(root, parent).flatMap((element) => childrenNamed(element, child));
  return {
    presentation: {
      author: (author && attributeOf(author, 'name')) ?? '',
      organization: textOf('organization'),
      email: textOf('email'),
      website: textOf('website'),
      integrations: childrenNamed(root, 'integration').flatMap((element) => attributeOf(element, 'type') ?? []),
      source: source ? (attributeOf(source, 'url') ?? (tidyText(source) || null)) : null,
      licenses: list('licenses', 'license').flatMap((element) => attributeOf(element, 'type') ?? tidyText(element)),
      toolDescription: tidyText(childNamed(root, 'tool-description')),
      links: list('related-info', 'link').map((element) => ({
        title: attributeOf(element, 'title') ?? '',
        description: attributeOf(element, 'description') ?? '',
        url: attributeOf(element, 'url') ?? '',
      })),
      releaseVersion: tidyText(childNamed(root, 'release-version')) || null,
      releaseNotes: list('release-notes', 'release-note').map((element) => ({
        pluginVersion: attributeOf(element, 'plugin-version') ?? '',
        text: element.text.trim(),
      })),
    },
    problems: [],
  };
}
