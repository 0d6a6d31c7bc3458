import type { KeyObject } from 'node:crypto';
import { Type } from 'typebox';
import { OneOf } from '../../api/route.ts';
import { type DialectName, dialectNames } from '../../upgrade/index.ts';
import type { TraceSettings } from '../telemetry/trace-settings.ts';
import { TracesSchema } from '../telemetry/traces-schema.ts';
import { OpenIdSchema } from './openid-schema.ts';
import type { OpenIdSettings } from './openid-settings.ts';

const closed = { additionalProperties: false };
const Folder = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));

const PruneDays = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, description: `${description}; 0: none ever` }));

/** What a configuration file may hold; docs/configuration.md is written from these words. */
export const ConfigSchema = Type.Object(
  {
    data: Folder('Data folder: database, plugins, versions, cache'),
    database: Type.Optional(Type.String({ description: 'postgres://… instead of SQLite in the data folder' })),
    databaseDirect: Type.Optional(
      Type.String({ description: 'postgres://… past a pooler in transaction mode: servers hear each other there' }),
    ),
    listen: Type.Optional(
      Type.Object(
        {
          host: Type.Optional(Type.String({ description: 'Address to listen at' })),
          port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535, description: '0: any free one' })),
          url: Type.Optional(
            Type.String({ description: 'How others reach this server: https://tools.example.org/lockstep' }),
          ),
          proxies: Type.Optional(
            Type.Array(Type.String(), { description: 'Addresses of proxies whose X-Forwarded-For is believed' }),
          ),
          grace: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: 3600,
              description: 'Seconds for which requests go on while /readyz says that this server stops',
            }),
          ),
        },
        closed,
      ),
    ),
    repository: Folder('Folder whose channels are served below /plugins/1/, or s3://bucket/prefix'),
    keys: Folder('Folder of signing keys: what is published here to a signed channel is signed with them'),
    web: Folder('Folder of the built page'),
    plugins: Type.Optional(
      Type.Object(
        {
          plugin_server: Type.Optional(Type.String({ description: 'The channel this server looks at' })),
          cache_plugin: Type.Optional(Type.Boolean({ description: 'Keep downloaded packages' })),
          cache_dir: Folder('Where they are kept'),
          plugins_dir: Folder('Live folders of the plugins'),
          locale: Type.Optional(Type.String({ description: 'Language of descriptions, such as fr' })),
          http_proxy: Type.Optional(Type.String({ description: 'http://[user:password@]host:port' })),
          https_proxy: Type.Optional(Type.String({ description: 'The same for https addresses' })),
        },
        closed,
      ),
    ),
    limits: Type.Optional(
      Type.Object(
        {
          body: Type.Optional(Type.Integer({ minimum: 1024, description: 'Bytes of a JSON request' })),
          upload: Type.Optional(Type.Integer({ minimum: 1024, description: 'Bytes of an uploaded file' })),
          perMinute: Type.Optional(Type.Integer({ minimum: 1, description: 'Requests a minute from one address' })),
        },
        closed,
      ),
    ),
    log: Type.Optional(
      Type.Object({ level: Type.Optional(OneOf(['silent', 'error', 'warn', 'info', 'debug'] as const)) }, closed),
    ),
    metrics: Type.Optional(
      Type.Object(
        {
          host: Type.Optional(Type.String({ description: 'Address of the port for /metrics alone' })),
          port: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: 65535,
              description: 'Port where /metrics needs no token; 0: any free one',
            }),
          ),
        },
        closed,
      ),
    ),
    publicHistory: Type.Optional(
      Type.Boolean({ description: 'Records below /plugins/1/ tell everybody who published and why' }),
    ),
    basicPasswords: Type.Optional(
      Type.Boolean({ description: 'Every address takes passwords by Basic, not the old APIs alone' }),
    ),
    traces: Type.Optional(TracesSchema),
    agent: Type.Optional(
      Type.Object(
        {
          builtIn: Type.Optional(Type.Boolean({ description: 'Run steps on this machine too' })),
          user: Type.Optional(
            Type.String({ minLength: 1, description: 'User of the machine as whom they run; the server is root then' }),
          ),
          properties: Type.Optional(
            Type.Record(Type.String(), Type.String(), {
              description: 'For ${agent:NAME}, ${GROOVY_HOME} and the like, on the built-in agent',
            }),
          ),
          environment: Type.Optional(
            Type.Array(Type.String({ minLength: 1 }), {
              description: 'Further environment variables that its steps may see; * for any letters',
            }),
          ),
        },
        closed,
      ),
    ),
    runs: Type.Optional(
      Type.Object(
        {
          keepDays: Type.Optional(
            Type.Integer({ minimum: 0, description: 'Ended runs older than this are deleted; 0: none ever' }),
          ),
          keepCount: Type.Optional(
            Type.Integer({ minimum: 0, description: 'So many runs of each process stay, however old' }),
          ),
          keyFile: Folder('File with the key that seals secure values of runs'),
        },
        closed,
      ),
    ),
    openid: Type.Optional(OpenIdSchema),
    prune: Type.Optional(
      Type.Object(
        {
          versions: PruneDays('Former versions of processes that nothing needs go after so many days'),
          plans: PruneDays('Plans that were undone or never applied go after so many days'),
          upgrades: PruneDays('Applied upgrades that no undo can use any more go after so many days'),
          keepUpgrades: Type.Optional(
            Type.Integer({
              minimum: 0,
              description: 'So many applied upgrades of each plugin can still be undone, older ones go; 0: all can',
            }),
          ),
          activity: PruneDays('Entries of the activity go after so many days'),
        },
        closed,
      ),
    ),
    dialect: Type.Optional(
      OneOf(dialectNames, {
        description: 'Whose rules plans and the lint go by unless told; else what each package requires',
      }),
    ),
    development: Type.Optional(
      Type.Boolean({ description: 'Lets a version be loaded again with other step types [DO-1]' }),
    ),
  },
  closed,
);

/** A server's configuration, complete. */
export interface ServerConfig {
  readonly data: string;
  readonly database: string | null;
  /** Where sessions are one's own, if `database` leads through a pooler. */
  readonly databaseDirect: string | null;
  readonly listen: {
    readonly host: string;
    readonly port: number;
    readonly url: string | null;
    readonly proxies: readonly string[];
    readonly grace: number;
  };
  readonly repository: string | null;
  readonly keys: string | null;
  readonly web: string | null;
  /** Settings as given, with where each comes from. */
  readonly plugins: Readonly<Record<string, { readonly value: string | boolean; readonly source: ConfigSource }>>;
  readonly limits: { readonly body: number; readonly upload: number; readonly perMinute: number };
  readonly log: { readonly level: 'silent' | 'error' | 'warn' | 'info' | 'debug' };
  /** A port that answers `/metrics` to whoever reaches it; `port` null: there is none. */
  readonly metrics: { readonly host: string; readonly port: number | null };
  readonly publicHistory: boolean;
  readonly basicPasswords: boolean;
  /** Null: none are made. */
  readonly traces: TraceSettings | null;
  readonly agent: {
    readonly builtIn: boolean;
    /** Null: as the server's user, while that is safe. */
    readonly user: string | null;
    readonly properties: Readonly<Record<string, string>>;
    readonly environment: readonly string[];
  };
  /** `key`: null where the data folder has its own; `keyFile`: where it was read. */
  readonly runs: {
    readonly keepDays: number;
    readonly keepCount: number;
    readonly key: KeyObject | null;
    readonly keyFile: string | null;
  };
  /** Where people sign in; null: here only. */
  readonly openid: OpenIdSettings | null;
  /** Days after which a server removes what nothing needs, every day; 0: never. */
  readonly prune: Readonly<Record<'versions' | 'plans' | 'upgrades' | 'keepUpgrades' | 'activity', number>>;
  /** Null: each package says what it needs [STEP-6]. */
  readonly dialect: DialectName | null;
  readonly development: boolean;
}

export type ConfigSource = 'file' | 'environment' | 'flag';
