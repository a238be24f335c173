/**
 * A kind of daemon, as data.
 *
 * @module
 */
/** The facts about a kind of daemon that the program of every daemon knows. */
export interface DaemonKind {
  /** Display name, `Incus`. */
  readonly title: string;
  /** Name of the lxops binary for this daemon, `lxops-incus`. */
  readonly program: string;
  /** Name of its systemd unit, its snap and its directories below `/var/lib`. */
  readonly service: string;
  /** Names of the environment variables that say where the daemon and its client's configuration are. */
  readonly env: { readonly socket: string; readonly dir: string; readonly conf: string };
  /** Usual socket paths, the most usual first. */
  readonly sockets: readonly string[];
}

/** A daemon and its client as data; a file below `backends/` has one. */
export interface Backend extends DaemonKind {
  /** The daemon's own client program, for advice in messages only; lxops never runs it. */
  readonly client: string;
  /** The command line that sets a new daemon up, for advice. */
  readonly initCommand: string;
  /** Name of its protocol in the client's configuration. */
  readonly protocol: "incus" | "lxd";
  /** The other kind of daemon, which may run on the same machine. */
  readonly otherDaemon: DaemonKind;
  /** Groups whose members may use the socket, for advice. */
  readonly groups: readonly string[];
  /** Directories of the client's configuration; `~` stands for the home directory. */
  readonly configDirs: readonly string[];
  /** Simplestreams servers that the client knows without configuration: remote name to URL. */
  readonly remotes: Readonly<Record<string, string>>;
}
