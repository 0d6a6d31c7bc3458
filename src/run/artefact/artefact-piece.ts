export interface ArtefactPiece {
  readonly digest: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
}
