import { createHash } from 'node:crypto';
import { LockstepError } from '../../src/failure/index.ts';
import { type PackageEntry, treeOf, writePackage } from '../../src/package/index.ts';
import {
  channelSigner,
  folderStorage,
  type PackageInput,
  type Repository,
  type RepositoryStorage,
  s3Storage,
  storedRepository,
} from '../../src/repository/index.ts';
import { Bucket } from './bucket.ts';
import { MachineDisk } from './machine-disk.ts';
import type { Program } from './program.ts';
import type { World } from './world.ts';

const channel = 'stable';
const folder = `plugins/1/${channel}/`;
const families = ['ada', 'bob'] as const;
const made = new Map<string, Promise<readonly PackageInput[]>>();

/** Two plugins that are of use only together, in one version; `build` gives other bytes to the same version. */
function packagesOf(family: string, version: number, build: number): Promise<readonly PackageInput[]> {
  const key = `${family} ${version} ${build}`;
  const packages =
    made.get(key) ??
    Promise.all(
      ['left', 'right'].map(async (side) => {
        const id = `${family}-${side}`;
        const info = JSON.stringify({
          version: `${version}.0`,
          description: id,
          capabilities: { 'V, M, F': { lines: 2 } },
        });
        const tree = treeOf(id, [file('plugin-info', info), file('entry.py', `build = ${build}\n`)]);
        return { name: `${id}-${version}.0.tar.gz`, content: await writePackage(tree, 'tar.gz'), family };
      }),
    );
  made.set(key, packages);
  return packages;
}

function file(path: string, text: string): PackageEntry {
  return { path, kind: 'file', mode: 0o644, bytes: new TextEncoder().encode(text) };
}

interface Acknowledged {
  readonly family: string;
  readonly version: number;
  readonly generation: number;
  readonly index: string;
}

/**
 * Publishers of one channel, and its readers. Each publishes a family of two plugins that are offered together or not at
 * all, perhaps the same as another one, and builds anew after each failure, so that the same version may come with other bytes.
 */
export class ChannelScene {
  readonly world: World;
  readonly #medium: {
    readonly objects: { get(path: string): Uint8Array | undefined };
    open(program: Program): Promise<RepositoryStorage>;
  };
  readonly #acknowledged: Acknowledged[] = [];
  /** Every index that was ever current. */
  readonly #seen = new Set<string>();
  /** The bytes under which a name was first offered. */
  readonly #offered = new Map<string, string>();
  #current: ReadonlySet<string> = new Set();
  #text = '';
  readonly #lives = new Map<string, Program>();
  #builds = 0;
  #busy = 0;
  #checking = false;

  constructor(world: World) {
    this.world = world;
    this.#medium = world.choices.draw(2) === 0 ? this.#inBucket() : this.#onDisk();
  }

  #inBucket() {
    const bucket = new Bucket(this.world);
    bucket.watchers.push((path, bytes) => this.#watch(path, bytes));
    const objects = { get: (path: string) => bucket.objects.get(path)?.bytes };
    return {
      objects,
      open: (program: Program) =>
        s3Storage({ bucket: 'b', prefix: '', client: bucket.client(program) as never, ports: program, lease: 15_000 }),
    };
  }

  #onDisk() {
    const disk = new MachineDisk(this.world);
    disk.watchers.push((path, bytes) => this.#watch(path.slice('/r/'.length), bytes));
    const objects = { get: (path: string) => disk.files.get(`/r/${path}`) };
    this.world.invariants.push(() => {
      const { choices, weather } = this.world;
      if (this.#checking || !choices.happens(weather.power)) return;
      this.#checking = true;
      disk.losePower(this.#lives.values());
      this.#checking = false;
    });
    return {
      objects,
      open: async (program: Program) =>
        folderStorage('/r', { disk: disk.disk(program), clock: program.clock, random: program.random }),
    };
  }

  begin(): void {
    const { choices } = this.world;
    const publishers = 1 + choices.draw(3);
    for (let number = 1; number <= publishers; number++) {
      this.#busy++;
      this.#publisher(`publisher-${number}`, choices.pick(families), 1, 1 + choices.draw(3));
    }
    this.#reader(4 + choices.draw(5));
    if (choices.draw(3) > 0) this.#gardener(1 + choices.draw(4));
    this.world.invariants.push(() => this.#lookAtOffer());
  }

  get isDone(): boolean {
    return this.#busy === 0;
  }

  /** Publishes version after version; begins again where it died. */
  #publisher(name: string, family: string, from: number, to: number): void {
    const program = this.world.program(name);
    this.#lives.set(name, program);
    let version = from;
    program.onDeath(() => this.world.after(2_000, () => this.#publisher(name, family, version, to)));
    program.start(async () => {
      const repository = await this.#open(program);
      for (; version <= to; version++) {
        for (let attempt = 0; !(await this.#publish(program, repository, family, version)); attempt++) {
          if (attempt > 60) return this.world.fail(`${program.name} cannot publish version ${version} in 60 attempts`);
          await program.clock.wait(5_000);
        }
      }
      program.leave();
      this.#busy--;
    });
  }

  async #open(program: Program): Promise<Repository> {
    const storage = await this.#medium.open(program);
    return storedRepository(storage, { signer: channelSigner({ keys: null }), now: program.clock.now });
  }

  async #publish(program: Program, repository: Repository, family: string, version: number): Promise<boolean> {
    const packages = await packagesOf(family, version, this.#builds++ % 3);
    try {
      const { generation } = await repository.publish(channel, { who: family, packages });
      this.world.note(
        program.name,
        `is told: ${family} ${version} is published (${generation?.generation ?? 'unchanged'})`,
      );
      if (generation)
        this.#acknowledged.push({ family, version, generation: generation.generation, index: generation.index });
      return true;
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error;
      this.world.note(program.name, `is told: ${error.code}`);
      // what it did not know to be done was done, with the bytes of then
      return error.code === 'version-published';
    }
  }

  #reader(rounds: number): void {
    const program = this.world.program('reader');
    program.start(async () => {
      const repository = await this.#open(program);
      for (let round = 0; round < rounds; round++) {
        await program.clock.wait(1 + this.world.choices.draw(8_000));
        try {
          const { index } = await repository.readOffer(channel);
          for (const entry of index.values()) await repository.readPackage(channel, entry);
        } catch (error) {
          if (!(error instanceof LockstepError)) throw error;
          if (!['channel-not-found', 'channel-unreachable', 'disk-full'].includes(error.code))
            this.world.fail(`a reader of the channel gets ${error.code}: ${error.message}`);
        }
      }
      program.leave();
    });
    program.onDeath(() => this.#reader(rounds));
  }

  /** Clears away what only older generations name. */
  #gardener(rounds: number): void {
    const program = this.world.program('gardener');
    let left = rounds;
    program.onDeath(() => this.world.after(2_000, () => this.#gardener(left)));
    program.start(async () => {
      const repository = await this.#open(program);
      for (; left > 0; left--) {
        await program.clock.wait(1 + this.world.choices.draw(40_000));
        try {
          await repository.collectGarbage(channel, { who: 'gardener', keep: 2 });
        } catch (error) {
          if (!(error instanceof LockstepError)) throw error;
        }
      }
      program.leave();
    });
  }

  /** A name that an offer ever used keeps its bytes. */
  #watch(path: string, bytes: Uint8Array | null): void {
    const offered = this.#offered.get(path);
    if (offered === undefined || (bytes !== null && sha1(bytes) === offered)) return;
    if (bytes !== null) this.world.fail(`${path} was offered and gets other bytes`);
    else if (this.#current.has(path)) this.world.fail(`${path} is offered and is removed`);
  }

  /** What is offered now is whole: it can be read, its packages are there with their bytes, families are of one version. */
  #lookAtOffer(): void {
    const { objects } = this.#medium;
    const bytes = objects.get(`${folder}plugins.db`);
    if (!bytes) return;
    const text = new TextDecoder().decode(bytes);
    if (this.#text === text) return;
    this.#text = text;
    this.#seen.add(text);
    let index: Record<string, { version: string; filename: string; sha1sum: string }>;
    try {
      index = JSON.parse(text);
    } catch {
      this.world.fail('the index cannot be read: a reader gets half an offer');
      return;
    }
    for (const [id, { filename, sha1sum }] of Object.entries(index)) {
      const content = objects.get(folder + filename);
      if (!content || sha1(content) !== sha1sum)
        this.world.fail(`${id} is offered as ${filename}, which ${content ? 'has other bytes' : 'is not there'}`);
      this.#offered.set(folder + filename, sha1sum);
    }
    this.#current = new Set(Object.values(index).map(({ filename }) => folder + filename));
    for (const family of families) {
      const [left, right] = [index[`${family}-left`]?.version, index[`${family}-right`]?.version];
      if (left !== right) this.world.fail(`half of ${family} is offered: ${left} and ${right}`);
    }
  }

  /** After everything: what was answered is in the history, each generation once, and the last one is the offer. */
  async finish(): Promise<void> {
    const program = this.world.program('judge');
    let done = false;
    program.start(async () => {
      const repository = await this.#open(program);
      const history = await repository.history(channel).catch(() => []);
      const numbers = history.map(({ generation }) => generation);
      if (numbers.some((number, at) => number !== at + 1)) this.world.fail(`the history has generations ${numbers}`);
      for (const told of this.#acknowledged) {
        const found = history.find(({ generation }) => generation === told.generation);
        if (found?.index !== told.index)
          this.world.fail(
            `${told.family} ${told.version} was answered as generation ${told.generation}, which is not there`,
          );
      }
      const known = new Set(history.map(({ index }) => index));
      for (const text of this.#seen)
        if (!known.has(createHash('sha256').update(text).digest('hex')))
          this.world.fail('an offer was seen that the history does not know');
      const outside = history.find(({ action }) => action === 'outside');
      if (outside) this.world.fail(`generation ${outside.generation} is said to be another tool's`);
      if (this.#acknowledged.length > 0) {
        const { problems } = await repository.verify(channel);
        if (problems.length > 0) this.world.fail(`the channel does not verify: ${problems[0]!.message}`);
        const { index } = await repository.readOffer(channel);
        for (const { family, version } of this.#acknowledged)
          if (Number(index.get(`${family}-left`)?.version ?? 0) < version)
            this.world.fail(`${family} ${version} was published and is not offered`);
      }
      done = true;
    });
    if (!(await this.world.run(() => done))) this.world.fail('the channel cannot be judged');
  }
}

function sha1(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex');
}
