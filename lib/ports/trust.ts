/**
 * The client's remotes, and the certificates by which client and server trust each other.
 *
 * @module
 */

/** A remote of the client's configuration. */
export interface ClientRemote {
  readonly addr: string;
  readonly protocol: string;
  /** Its current project; empty: the default one. */
  readonly project: string;
  readonly isPublic: boolean;
}

/** The client's configuration. */
export interface ClientConfig {
  /** Its directory, which need not exist. */
  readonly directory: string;
  /** The whole content of `config.yml`, to be written back; every scalar is text. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Name of the current remote. */
  readonly current: string;
  readonly remotes: ReadonlyMap<string, ClientRemote>;
}

/** A server's certificate in PEM, with its SHA-256 in lower-case hexadecimal digits. */
export interface ServerCertificate {
  readonly pem: string;
  readonly fingerprint: string;
}

/** A certificate and its private key, in PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** The port that reads the client's configuration and gets certificates. */
export interface Trust {
  config(): Promise<ClientConfig>;
  /** Returns the certificate that a server presents, without verifying it. */
  serverCertificate(remote: string, url: string): Promise<ServerCertificate>;
  /** Creates a certificate and a key for this user. */
  clientCertificate(): Promise<KeyPair>;
}
