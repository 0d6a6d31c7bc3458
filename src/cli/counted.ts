/** `1 process`, `2 processes`: the number with the word that fits it. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
