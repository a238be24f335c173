import { assertEquals, assertRejects } from "@std/assert";
import { backend } from "../../../backends/incus.ts";
import { chooseDaemon, type ConnectOptions } from "../../../lib/adapters/remote/connection_target.ts";
import { UsageError } from "../../../lib/base/errors.ts";
import { memoryHost } from "../../fakes/memory_host.ts";

const CONFIG = `default-remote: far
remotes:
  far: {addr: "https://far:8443/", project: web}
  pictures: {addr: "https://pictures", protocol: simplestreams, public: true}
  other: {addr: "unix:///run/other.socket", project: mine}
  local: {addr: "unix://", project: here}
`;

function choose(options: ConnectOptions, config: string | undefined = CONFIG) {
  const files: Record<string, string> = {
    "/root/.config/incus/client.crt": "C",
    "/root/.config/incus/client.key": "K",
    "/root/.config/incus/servercerts/far.crt": "S",
  };
  if (config !== undefined) files["/root/.config/incus/config.yml"] = config;
  return chooseDaemon(backend, options, memoryHost({ files }));
}

Deno.test("chooseDaemon() takes the current remote, with its project and certificates", async () => {
  const far = {
    kind: "https",
    remote: "far",
    url: "https://far:8443",
    project: "web",
    directory: "/root/.config/incus",
    isPublic: false,
    credentials: { certificate: "C", key: "K", server: "S" },
  };
  assertEquals<unknown>(await choose({}), far);
  assertEquals<unknown>(await choose({ http: true }), far);
});

Deno.test("chooseDaemon() takes the daemon of this machine where told to, or where nothing is configured", async () => {
  assertEquals(await choose({ unix: true }), { kind: "socket", project: "here" });
  assertEquals(await choose({ socket: "/s" }), { kind: "socket", path: "/s", project: "here" });
  assertEquals(await choose({ remote: "local" }), { kind: "socket", project: "here" });
  assertEquals(await choose({ remote: "other" }), {
    kind: "socket",
    path: "/run/other.socket",
    project: "mine",
  });
  assertEquals(await choose({}, ""), { kind: "socket", project: "default" });
});

const WRONG: readonly (readonly [ConnectOptions, string])[] = [
  [{ http: true, unix: true }, "--http contradicts --unix and --socket"],
  [{ remote: "far", unix: true }, "--unix and --socket mean the daemon of this machine"],
  [{ remote: "other", http: true }, "--http needs a remote behind HTTPS"],
  [{ remote: "pictures" }, 'Remote "pictures" (simplestreams) has images only'],
  [{ remote: "fat" }, 'There is no remote "fat"'],
];

for (const [options, message] of WRONG) {
  Deno.test(`chooseDaemon() refuses ${JSON.stringify(options)}`, async () => {
    await assertRejects(() => choose(options), UsageError, message);
  });
}
