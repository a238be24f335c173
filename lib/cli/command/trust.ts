/**
 * What adding a remote needs to know and to make, as commands see it.
 *
 * @module
 */

/** The client's configuration. */
export interface RemoteConfig {
  readonly directory: string;
  /** All that `config.yml` has, every scalar as its text. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly current: string;
  readonly remotes: ReadonlyMap<string, {
    readonly addr: string;
    readonly protocol: string;
    readonly project: string;
    readonly isPublic: boolean;
  }>;
}

/** Makes and finds out what trust is made of. */
export interface Trust {
  config(): Promise<RemoteConfig>;
  /** The certificate that a server shows, which nobody vouches for, and its SHA-256. */
  serverCertificate(
    remote: string,
    url: string,
  ): Promise<{ readonly pem: string; readonly fingerprint: string }>;
  /** A new certificate and key for this person. */
  clientCertificate(): Promise<{ readonly certificate: string; readonly key: string }>;
}
