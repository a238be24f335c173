/**
 * Certificates for a new remote: the server's, and a new one for the client.
 *
 * @module
 */
import type { Backend, Host } from "../../ports/mod.ts";
import type { Trust } from "../../ports/trust.ts";
import { readClientConfig } from "./client_config.ts";

/** Returns the trust of a backend's client. Most commands only read its configuration, and load nothing else. */
export function makeTrust(backend: Backend, host: Pick<Host, "env" | "readText">): Trust {
  return {
    config: () => readClientConfig(backend, host),
    async serverCertificate(remote, url) {
      const { title, service } = backend;
      const { fetchServerCertificate } = await import("../transport/tls.ts");
      const options = { title, service, remote, url, credentials: {}, advice: [] };
      const certificate = await fetchServerCertificate(options);
      return {
        pem: certificate.toString(),
        fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
      };
    },
    clientCertificate: async () => {
      const { makeClientCertificate } = await import("./client_certificate.ts");
      const machine = (await host.readText("/etc/hostname"))?.trim() || "localhost";
      return await makeClientCertificate(`lxops@${machine}`);
    },
  };
}
