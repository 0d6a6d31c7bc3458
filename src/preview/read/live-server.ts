import type { ProcessDocument, ProcessKind } from '../../process/index.ts';

/** A server as it was read: what is on it, and what could not be read. */
export interface LiveServer {
  readonly url: string;
  /** As it tells on its first page, or null. */
  readonly version: string | null;
  readonly plugins: readonly LivePlugin[];
  readonly processes: readonly LiveProcess[];
  /** Processes of applications that run steps themselves. */
  readonly applicationProcesses: readonly LiveProcess[];
  readonly unread: readonly Unread[];
  readonly counts: LiveCounts;
}

export interface LiveCounts {
  readonly components: number;
  readonly templates: number;
  readonly applications: number;
  /** With their drafts. */
  readonly processes: number;
  readonly drafts: number;
  readonly requests: number;
}

export interface LivePlugin {
  readonly id: string;
  readonly name: string;
  readonly version: number | null;
}

export interface LiveProcess {
  readonly id: string;
  readonly kind: ProcessKind | 'application';
  /** The component, template or application that holds it. */
  readonly owner: string | null;
  readonly name: string;
  /** Not promoted yet; the process of the same name is another. */
  readonly draft: boolean;
  readonly version: number;
  /** Applications that have the component, as far as it is known. */
  readonly applications: readonly string[];
  /** Teams that have its owner, as far as it is known. */
  readonly teams: readonly string[];
  readonly document: ProcessDocument;
}

/** Something of the server that is not in the report, and why. */
export interface Unread {
  /** Such as `component "Web", process "Deploy"`. */
  readonly what: string;
  readonly path: string;
  readonly reason: string;
}
