/** The example https shows its pages over TLS, and files to who knows the password. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Example } from "./example.ts";

const PASSWORD = `a "long" $one`;
const HOST = "www.home.arpa";

/** Sends a request for a page, over TLS where there is a certificate to trust, and returns the whole answer. */
async function page(address: string, path: string, certificate?: string, password?: string): Promise<string> {
  const port = certificate === undefined ? 80 : 443;
  const plain = await Deno.connect({ hostname: address, port });
  using connection = certificate === undefined
    ? plain
    : await Deno.startTls(plain, { hostname: HOST, caCerts: [certificate] });
  const header = password === undefined ? "" : `Authorization: Basic ${btoa(`admin:${password}`)}\r\n`;
  const request = `GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n${header}\r\n`;
  await connection.write(new TextEncoder().encode(request));
  return await new Response(connection.readable).text();
}

/** A web server with TLS. */
export const https: Example = {
  name: "https",
  programs: [],
  prepare: async ({ dir }) => {
    const value = PASSWORD.replaceAll("$", "$$$$").replaceAll('"', '\\"');
    await Deno.writeTextFile(`${dir}/.env`, `PASSWORD="${value}"\n`, { mode: 0o600 });
    return {};
  },
  ask: async ({ address, dir, round }) => {
    if (round === 1) await Deno.writeTextFile(`${dir}/data/private/notes`, "kept\n");
    const certificate = await Deno.readTextFile(`${dir}/data/tls/cert.pem`);
    assertStringIncludes(await page(address, "/", certificate), "<title>It works</title>");
    assertMatch(await page(address, "/private/notes", certificate), /^HTTP\/1\.1 401 /);
    assertMatch(await page(address, "/private/notes", certificate, "wrong"), /^HTTP\/1\.1 401 /);
    const notes = await page(address, "/private/notes", certificate, PASSWORD);
    assertEquals(notes.split("\r\n\r\n")[1], "kept\n", notes);
    assertMatch(
      await page(address, "/a?b"),
      /^HTTP\/1\.1 301 [^]*Location: https:\/\/www\.home\.arpa\/a\?b\r/,
    );
    return certificate;
  },
};
