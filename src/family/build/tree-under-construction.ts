import { posix } from 'node:path';
import type { Place } from '../../failure/index.ts';
import { leaves, notValid } from '../recipe/recipe-error.ts';
import type { BuiltNode } from './built-tree.ts';

/** The output of a target while its operations are done one after the other, later ones over earlier ones. */
export class TreeUnderConstruction {
  readonly nodes = new Map<string, BuiltNode>();

  isFolder(path: string): boolean {
    return path === '' || this.nodes.get(path)?.kind === 'directory';
  }

  /** Makes a folder and those above it; a file in its place gives way only to a copied folder, as with rsync. */
  putFolder(path: string, copied: boolean, at: Place): void {
    if (path === '') return;
    const there = this.nodes.get(path);
    if (there?.kind === 'directory') return;
    if (there && !copied) throw notValid(at, `"${path}" is a ${there.kind} already; a folder cannot be made there.`);
    this.putFolder(parentOf(path), copied, at);
    this.#refuseAbove(path, at);
    this.nodes.set(path, { kind: 'directory', copied });
  }

  put(path: string, node: BuiltNode, at: Place): void {
    if (path === '') throw notValid(at, 'A file cannot take the place of the output folder.');
    const parent = parentOf(path);
    if (parent !== '' && !this.isFolder(parent)) {
      this.#refuseAbove(path, at);
      this.putFolder(parent, false, at);
    }
    if (this.nodes.get(path)?.kind === 'directory') this.#clearFolder(path, at);
    this.nodes.set(path, node);
  }

  /** A file takes the place of another one; a folder goes with all that is in it. */
  move(from: string, to: string, at: Place): void {
    const node = this.nodes.get(from);
    if (!node) throw notValid(at, `"${from}" is not there to be moved.`);
    if (to === from) return;
    if (!this.isFolder(parentOf(to))) throw notValid(at, `"${parentOf(to)}" is no folder to move "${from}" into.`);
    if (to.startsWith(`${from}/`)) throw notValid(at, `"${from}" cannot be moved into itself.`);
    const inside = node.kind === 'directory' ? [...this.nodes].filter(([path]) => path.startsWith(`${from}/`)) : [];
    for (const [path] of [[from], ...inside]) this.nodes.delete(path!);
    if (node.kind === 'directory') this.putFolder(to, false, at);
    else this.put(to, node, at);
    for (const [path, one] of inside) this.nodes.set(`${to}${path.slice(from.length)}`, one);
  }

  remove(path: string, tree: boolean, at: Place): void {
    const node = this.nodes.get(path);
    if (!node) throw notValid(at, `"${path}" is not there to be removed.`);
    if (node.kind === 'directory' && !tree) throw notValid(at, `"${path}" is a folder.`);
    for (const other of [...this.nodes.keys()])
      if (other === path || other.startsWith(`${path}/`)) this.nodes.delete(other);
  }

  setMode(path: string, executable: boolean, at: Place): void {
    const node = this.nodes.get(path);
    if (!node && path !== '') throw notValid(at, `"${path}" is not there.`);
    // folders and links have one mode in a package
    if (node?.kind === 'file') this.nodes.set(path, { ...node, mode: executable ? 0o755 : 0o644 });
  }

  /** Refuses links that are absolute or that, followed through other links, leave the plugin. */
  refuseLinksThatLeave(at: Place): void {
    for (const [path, node] of this.nodes) if (node.kind === 'link') this.#follow(path, node.target, at);
  }

  #follow(path: string, target: string, at: Place): void {
    const out = (why: string) =>
      leaves(at, `The link "${path}" → "${target}" ${why}.`, 'Let links point to files of the same plugin.');
    if (posix.isAbsolute(target)) throw out('is absolute');
    let here = path.split('/').slice(0, -1);
    let todo = target.split('/');
    for (let steps = 0; todo.length > 0; steps += 1) {
      if (steps > 1000) throw out('runs in a circle');
      const part = todo.shift()!;
      if (part === '' || part === '.') continue;
      if (part === '..') {
        if (here.length === 0) throw out('leaves the plugin');
        here = here.slice(0, -1);
        continue;
      }
      const next = this.nodes.get([...here, part].join('/'));
      if (next?.kind !== 'link') here = [...here, part];
      else if (posix.isAbsolute(next.target)) throw out('leaves the plugin');
      else todo = [...next.target.split('/'), ...todo];
    }
  }

  #refuseAbove(path: string, at: Place): void {
    for (let above = parentOf(path); above !== ''; above = parentOf(above)) {
      const node = this.nodes.get(above);
      if (node && node.kind !== 'directory') {
        throw leaves(at, `"${path}" would be written through the ${node.kind} "${above}".`, 'Write into folders only.');
      }
    }
  }

  #clearFolder(path: string, at: Place): void {
    for (const other of this.nodes.keys()) {
      if (other.startsWith(`${path}/`)) throw notValid(at, `"${path}" is a folder that is not empty.`);
    }
  }
}

function parentOf(path: string): string {
  const cut = path.lastIndexOf('/');
  return cut < 0 ? '' : path.slice(0, cut);
}
