import { assertEquals, assertStringIncludes } from "@std/assert";
import { imageRemotes } from "../../../lib/adapters/remote/client_config.ts";
import { ConfigError } from "../../../lib/base/errors.ts";
import { fakeBackend } from "../../fakes/fake_daemon.ts";
import { memoryHost } from "../../fakes/memory_host.ts";
import { rejection } from "../../support/rejection.ts";

const backend = { ...fakeBackend, configDirs: ["~/snap/fake", "~/.config/fake"] };

async function remotesWith(
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = { HOME: "/home/me" },
  of = backend,
) {
  return Object.fromEntries(await imageRemotes(of, memoryHost({ files, env })));
}

const config = `default-remote: local
remotes:
  images: {addr: https://mirror.example, protocol: simplestreams, public: true}
  old: {addr: https://old.example, public: true}
  mine: {addr: https://mine.example:8443, protocol: incus, project: default}
  local: {addr: unix://}
  docker: {addr: https://docker.example, protocol: oci}
  plain: {addr: http://plain.example, protocol: simplestreams}
`;

Deno.test("imageRemotes() has the client's defaults where nothing is configured", async () => {
  assertEquals(await remotesWith({}), {
    images: { url: "https://images.example", protocol: "simplestreams" },
  });
});

Deno.test("imageRemotes() takes servers of images from the client's configuration, and no others", async () => {
  assertEquals(await remotesWith({ "/home/me/.config/fake/config.yml": config }), {
    images: { url: "https://mirror.example", protocol: "simplestreams" },
    old: { url: "https://old.example", protocol: "lxd" },
    mine: { url: "https://mine.example:8443", protocol: "incus" },
    docker: { url: "https://docker.example", protocol: "oci" },
  });
});

Deno.test("imageRemotes() takes a remote without a protocol for one of the client's own kind", async () => {
  const files = { "/home/me/.config/fake/config.yml": config };
  const remotes = await remotesWith(files, { HOME: "/home/me" }, { ...backend, protocol: "incus" });
  assertEquals(remotes.old, { url: "https://old.example", protocol: "incus" });
});

Deno.test("imageRemotes() reads the first configuration, or the one that the environment names", async () => {
  const remote = (host: string) => `remotes: {r: {addr: "https://${host}", protocol: lxd}}`;
  const files = {
    "/home/me/snap/fake/config.yml": remote("snap"),
    "/home/me/.config/fake/config.yml": remote("home"),
    "/else/config.yml": remote("else"),
  };
  assertEquals((await remotesWith(files)).r?.url, "https://snap");
  assertEquals((await remotesWith(files, { FAKE_CONF: "/else" })).r?.url, "https://else");
  assertEquals((await remotesWith(files, { HOME: "/home/me", FAKE_CONF: "/none" })).r, undefined);
});

Deno.test("imageRemotes() names the file that is no YAML", async () => {
  const reading = remotesWith({ "/home/me/.config/fake/config.yml": "remotes: [" });
  const error = await rejection(reading, ConfigError);
  assertStringIncludes(error.message, "/home/me/.config/fake/config.yml");
});

Deno.test("imageRemotes() skips entries that are no remotes", async () => {
  for (const text of ["", "remotes:", "remotes: [a, b]", "remotes: {a: b, c: {addr: [x]}}", "text"]) {
    const remotes = await remotesWith({ "/home/me/.config/fake/config.yml": text });
    assertEquals(Object.keys(remotes), ["images"]);
  }
});
