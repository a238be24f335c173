/**
 * Certificates for a new remote: the server's, and a new one for the client.
 *
 * @module
 */
import type { Backend, Host } from "../../ports/mod.ts";
import type { Trust } from "../../ports/trust.ts";
import { makeClientCertificate } from "./client_certificate.ts";
import { readClientConfig } from "./client_config.ts";
import { fetchServerCertificate } from "../transport/tls.ts";

/** Returns the trust of a backend's client. */
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
