/** A signal ends commands whose change the daemon does not answer, within two seconds. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fakeDaemon, type Rules } from "../../fakes/fake_daemon.ts";
import { until } from "../../support/until.ts";

const ENTRY = new URL("../../../backends/incus.ts", import.meta.url).pathname;
const CONFIG = new URL("../../../deno.json", import.meta.url).pathname;

const INSTANCE = {
  name: "d",
  project: "default",
  type: "container",
  status: "Stopped",
  architecture: "x86_64",
  profiles: ["default", "d.lxops"],
  config: { "user.lxops.image": "tiny" },
  devices: {},
  expanded_config: {},
  expanded_devices: {},
};
const IMAGE = {
  fingerprint: "f00d".repeat(16),
  aliases: [{ name: "tiny" }],
  properties: {},
  type: "container",
  architecture: "x86_64",
};
const DONE = { metadata: {} };
/** A daemon that answers every question, and locks. */
const LOOKS: Rules = {
  "GET /1.0": {
    metadata: {
      api_extensions: ["instances", "projects", "instance_all_projects"],
      environment: { server: "incus", server_version: "6.0.4", architectures: ["x86_64"] },
      config: {},
      auth: "trusted",
    },
  },
  "GET /1.0/instances": { metadata: [INSTANCE] },
  "GET /1.0/instances/d": { metadata: INSTANCE },
  "GET /1.0/profiles": {
    metadata: [{ name: "default", config: {}, devices: { root: { type: "disk", path: "/", pool: "p" } } }],
  },
  "GET /1.0/images": { metadata: [IMAGE] },
  "GET /1.0/projects": { metadata: [{ name: "default", config: {} }] },
  "POST /1.0/profiles": DONE,
  "DELETE /1.0/profiles/lxops.lock.d": DONE,
  "DELETE /1.0/profiles/lxops.lock.n": DONE,
};

/** Command lines, and the change that is not answered. */
const ROWS: readonly (readonly [args: readonly string[], change: string])[] = [
  [["launch", "-name", "n", "a.yaml"], "POST /1.0/instances"],
  [["launch", "-name", "n", "a.yaml"], "POST /1.0/profiles"],
  [["delete", "-name", "d", "a.yaml"], "DELETE /1.0/instances/d"],
  [["instance", "start", "d"], "PUT /1.0/instances/d/state"],
  [["instance", "exec", "d", "--", "true"], "POST /1.0/instances/d/exec"],
  [["publish", "d"], "POST /1.0/images"],
  [["image", "alias", "create", "new", "tiny"], "POST /1.0/images/aliases"],
  [["profile", "import", "p"], "POST /1.0/profiles"],
  [["query", "-X", "POST", "/1.0/instances"], "POST /1.0/instances"],
];

for (const [at, [args, change]] of ROWS.entries()) {
  const signal = (["SIGINT", "SIGTERM", "SIGHUP"] as const)[at % 3]!;
  Deno.test(`${signal} ends ${args.join(" ")} where the daemon does not answer ${change}`, async () => {
    await using daemon = await fakeDaemon({ ...LOOKS, [change]: () => new Promise(() => {}) });
    const directory = await Deno.makeTempDir({ prefix: "lxops-interrupted-" });
    await Deno.writeTextFile(`${directory}/a.yaml`, "#lxops-v1\nimage: tiny\n");
    await Deno.writeTextFile(`${directory}/p`, "config: {}\n");
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "-q", "--config", CONFIG, ENTRY, ...args],
      cwd: directory,
      env: { INCUS_SOCKET: daemon.socket, INCUS_CONF: directory, LXD_SOCKET: `${directory}/none` },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const told = new Response(child.stderr).text();
    let over = false;
    child.status.then(() => over = true);
    await until(() => over || daemon.asked().some((one) => one.split("?")[0] === change));
    assert(!over, await Promise.race([told, "it ended before"]));
    const start = performance.now();
    child.kill(signal);
    const { code } = await child.status;
    const took = performance.now() - start;
    assertEquals(code, 130, await told);
    assert(took < 5000, `${took} ms`);
    assertStringIncludes(await told, "Interrupted");
    await Deno.remove(directory, { recursive: true });
  });
}
