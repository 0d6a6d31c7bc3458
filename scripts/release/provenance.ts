export interface Made {
  /** The files of the release with their SHA-256 in hexadecimal. */
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  readonly version: string;
  /** Where the sources are had from, as git calls it; null for a folder without a remote. */
  readonly source: string | null;
  readonly commit: string;
  /** Whether the sources were the commit's own, with no file changed. */
  readonly clean: boolean;
  /** SHA-256 of the lock, which pins everything that was built in. */
  readonly lock: string;
  readonly tools: Readonly<Record<string, string>>;
  /** Who built it: the address of the pipeline's job, else the machine. */
  readonly builder: string;
  readonly startedOn: string;
  readonly finishedOn: string;
}

/** What was made of what, by whom: an in-toto statement with the SLSA provenance of version 1. */
export function provenance(made: Made): object {
  const source = made.source ?? 'git+local';
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: made.files.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:lockstep:npm-run-release:v1',
        externalParameters: { version: made.version, source },
        internalParameters: { clean: made.clean, tools: made.tools },
        resolvedDependencies: [
          { uri: source, digest: { gitCommit: made.commit } },
          { uri: 'package-lock.json', digest: { sha256: made.lock } },
        ],
      },
      runDetails: {
        builder: { id: made.builder },
        metadata: { startedOn: made.startedOn, finishedOn: made.finishedOn },
      },
    },
  };
}
