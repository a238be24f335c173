/**
 * What adding a remote needs to know and to make.
 *
 * @module
 */
import type { Backend, Host } from "../../ports/mod.ts";
import { type KeyPair, makeClientCertificate } from "./client_certificate.ts";
import { type ClientConfig, readClientConfig } from "./client_config.ts";
import { fetchServerCertificate } from "../transport/tls.ts";

/** A server's certificate in PEM, with its SHA-256 in small hexadecimal digits. */
export interface ServerCertificate {
  readonly pem: string;
  readonly fingerprint: string;
}

/** Makes and finds out what trust is made of. */
export interface Trust {
  config(): Promise<ClientConfig>;
  /** The certificate that a server shows; nobody vouches for it. */
  serverCertificate(remote: string, url: string): Promise<ServerCertificate>;
  clientCertificate(): Promise<KeyPair>;
}

/** Trust of one backend's client. */
export function makeTrust(backend: Backend, host: Pick<Host, "env" | "readText">): Trust {
  return {
    config: () => readClientConfig(backend, host),
    async serverCertificate(remote, url) {
      const { title, service } = backend;
      const options = { title, service, remote, url, credentials: {}, advice: [] };
      const certificate = await fetchServerCertificate(options);
      return {
        pem: certificate.toString(),
        fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
      };
    },
    clientCertificate: async () => {
      const machine = (await host.readText("/etc/hostname"))?.trim() || "localhost";
      return await makeClientCertificate(`lxops@${machine}`);
    },
  };
}
