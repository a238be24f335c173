/** Every exit code by command lines that end with it, on a daemon and a machine in memory. */
import { assertEquals } from "@std/assert";
import { EXIT, InterruptedError, ServerError, TimeoutError } from "../../lib/base/errors.ts";
import { run } from "../fakes/memory_app.ts";
import { memoryServer } from "../fakes/memory_server.ts";
import { recorder, type RecorderOptions } from "../fakes/recorder.ts";
import { type PoolSpec, specText } from "../../lib/plan/pool/spec.ts";
import { SPEC } from "../support/pool_commands.ts";
import { worldOf, type WorldSpec } from "../plan/world_spec.ts";

const FILES = {
  "/c/a.yaml": "#lxops-v1\nimage: tiny\nostype: alpine\n",
  "/c/b.yaml": "#lxops-v1\nimage: tiny\nostype: alpine\n",
  "/c/bad.yaml": "#lxops-v1\nimage: [tiny]\n",
  "/c/data.yaml": "#lxops-v1\nimage: tiny\nfilesystems:\n  main: {pattern: /srv/(instance)}\n" +
    "devices:\n  data: {path: /data, filesystem: main}\n",
  "/c/lint.cfg": "#cloud-config\nnothing: 1\n",
};

const RUN = "web1 0a1b 11-22 4242 900";
const running: WorldSpec = { instances: [{ name: "a" }] };
const stopped: WorldSpec = { instances: [{ name: "a", status: "Stopped" }] };
const protectedOne: WorldSpec = {
  instances: [{ name: "a", status: "Stopped", config: { "security.protection.delete": "true" } }],
};
const held: WorldSpec = {
  instances: [{ name: "a", status: "Frozen", config: { "user.lxops.frozen": RUN } }],
  paths: { "/srv/a": "directory", "/srv/a/data": "directory" },
  thisRun: "web1 0a1b 11-22 5000 950",
  runs: { [RUN]: "alive" },
};

const sending = (error: Error): RecorderOptions => ({
  send: () => {
    throw error;
  },
});
const exiting = (code: number): RecorderOptions => ({ exec: () => code });

const poolOf = (spec: Partial<PoolSpec>): WorldSpec => ({
  profiles: [{ name: "lxops-pool-p", config: { "user.lxops.pool.spec": specText({ ...SPEC, ...spec }) } }],
});

type Row = readonly [code: number, line: string, world?: WorldSpec, options?: RecorderOptions];

const ROWS: readonly Row[] = [
  [EXIT.ok, "version"],
  [EXIT.ok, "help exit-codes"],
  [EXIT.ok, "delete a.yaml"],
  [EXIT.ok, "destroy a.yaml"],
  [EXIT.ok, "delete a.yaml", stopped],
  [EXIT.failure, "profile exists none"],
  [EXIT.failure, "cloudconfig lint lint.cfg"],
  [EXIT.usage, "lauch a.yaml"],
  [EXIT.usage, "launch -nothing a.yaml"],
  [EXIT.usage, "launch -parallel 0 a.yaml"],
  [EXIT.usage, "instance exec -env x a true", running],
  [EXIT.config, "launch bad.yaml"],
  [EXIT.config, "launch none.yaml"],
  [EXIT.server, "delete a.yaml", stopped, sending(new ServerError("It is busy", { status: 500 }))],
  [EXIT.command, "cloudconfig -ostype alpine -i a /c/run.cfg", running, exiting(1)],
  [EXIT.timeout, "delete a.yaml", stopped, sending(new TimeoutError("Not done in 60 s"))],
  [EXIT.missing, "delete --must-exist a.yaml"],
  [EXIT.missing, "destroy --must-exist a.yaml"],
  [EXIT.missing, "configure a.yaml"],
  [EXIT.missing, "rebuild a.yaml"],
  [EXIT.missing, "rename a.yaml b"],
  [EXIT.missing, "instance start a none", running],
  [EXIT.missing, "instance info a"],
  [EXIT.missing, "file pull a/etc/motd"],
  [EXIT.missing, "instance list -project none"],
  [EXIT.missing, "image delete none"],
  [EXIT.missing, "query /1.0/none"],
  // An instance that goes meanwhile is deleted.
  [EXIT.ok, "delete a.yaml", stopped, sending(new ServerError("Not Found", { status: 404 }))],
  [EXIT.missing, "instance start a", stopped, sending(new ServerError("Not Found", { status: 404 }))],
  [EXIT.exists, "launch a.yaml", running],
  [EXIT.exists, "rename a.yaml b", { instances: [{ name: "a", status: "Stopped" }, { name: "b" }] }],
  [EXIT.exists, "launch a.yaml", {}, sending(new ServerError('Profile "a" already exists', { status: 409 }))],
  [EXIT.state, "delete a.yaml", running],
  [EXIT.state, "destroy a.yaml", running],
  [EXIT.state, "delete a.yaml", protectedOne],
  [EXIT.state, "configure a.yaml", stopped],
  [EXIT.state, "cloudconfig -ostype alpine -i a /c/run.cfg", stopped],
  [EXIT.differs, "profile diff a.yaml", { instances: [{ name: "a", profiles: ["other"] }] }],
  [EXIT.differs, "profile reorder a.yaml", {
    instances: [{ name: "a", profiles: ["other"], config: { "user.lxops.config": "/c/a.yaml" } }],
  }],
  [EXIT.locked, "snapshot -s s1 -name a data.yaml", held],
  [EXIT.unfilled, "pool tend p", poolOf({ size: 1 })],
  [0, "instance exec a true", running],
  [7, "instance exec a false", running, exiting(7)],
  [EXIT.exec, "instance exec a true", running, {
    exec: () => {
      throw new ServerError("Instance is not running", { status: 400 });
    },
  }],
  [EXIT.exec, "instance exec -project none a true", running],
  [126, "instance exec a /etc/hostname", running, exiting(126)],
  [127, "instance exec a none", running, exiting(127)],
  [137, "instance exec a sleep", running, exiting(137)],
  [EXIT.interrupted, "delete a.yaml", stopped, sending(new InterruptedError("Interrupted"))],
];

for (const [expected, line, spec = {}, options = {}] of ROWS) {
  Deno.test(`lxops exits with ${expected}: ${line}`, async () => {
    const world = worldOf(spec);
    const server = memoryServer(world);
    const controls = recorder(server, options);
    const files = { ...FILES, "/c/run.cfg": "#cloud-config\nruncmd: [date]\n" };
    const { code, stderr } = await run(line.split(" "), { world, server, files, controls: () => controls });
    assertEquals(code, expected, stderr);
    assertEquals(stderr.includes("defect"), false, stderr);
  });
}

Deno.test("every exit code has a command line that ends with it", () => {
  const tested = new Set(ROWS.map(([code]) => code));
  assertEquals(Object.values(EXIT).filter((code) => !tested.has(code)), []);
});
