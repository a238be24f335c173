/**
 * A kind of daemon, as data.
 *
 * @module
 */

/** A daemon family as data; the two files below `backends/` are all that differs between LXD and Incus. */
export interface Backend {
  /** Name of the binary, `lxops-incus`. */
  readonly program: string;
  /** Name for people, `Incus`. */
  readonly title: string;
  /** The daemon's own client program, for advice in messages only; lxops never runs it. */
  readonly client: string;
  /** Names of the environment variables that say where the daemon and the client's configuration are. */
  readonly env: { readonly socket: string; readonly dir: string; readonly conf: string };
  /** Known socket paths, the most usual first. */
  readonly sockets: readonly string[];
  /** The other kind of daemon, which may run on the same machine. */
  readonly sibling: {
    readonly title: string;
    readonly env: { readonly socket: string; readonly dir: string };
    readonly sockets: readonly string[];
  };
  /** Groups that may use the socket, for advice. */
  readonly groups: readonly string[];
  /** Directories of the client's configuration; `~` stands for the home directory. */
  readonly configDirs: readonly string[];
  /** Simplestreams servers that the client knows without configuration: remote name to URL. */
  readonly remotes: Readonly<Record<string, string>>;
}
