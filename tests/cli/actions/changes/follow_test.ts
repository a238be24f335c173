/** Instances that restart after another one (`restart: true` under `after`), also where the run before was cut off. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { recorder } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";

const STARTED = "2026-11-30T08:09:38.613169334Z";
const WEB = "#lxops-v1\nimage: tiny\nafter: {db: {restart: true}}\n";

interface Scene {
  /** The state of db. */
  readonly status?: string;
  /** The note on web. */
  readonly follow?: string;
  /** db does not start. */
  readonly fails?: boolean;
  readonly web?: string;
}

/** Runs `up` of db and of web, and returns the requests about both. */
async function up({ status = "Running", follow, fails = false, web = WEB }: Scene) {
  const config = {
    "user.lxops.image": "tiny",
    "volatile.base_image": "f1",
    "volatile.last_state.power": "STOPPED",
  };
  const world = worldOf({
    instances: [
      { name: "db", status, profiles: ["default", "db.lxops"], config },
      {
        name: "web",
        status: "Running",
        startedAt: STARTED,
        profiles: ["default", "web.lxops"],
        config: { ...config, ...(follow === undefined ? {} : { "user.lxops.follow": follow }) },
      },
    ],
    profiles: [{ name: "default" }, { name: "db.lxops" }, { name: "web.lxops" }],
    images: [{ aliases: ["tiny"], fingerprint: "f1" }],
  });
  const done: string[] = [];
  const controls = recorder(memoryServer(world), {
    send: ({ path, body }) => {
      const [, name, part] = /instances\/([^/?]*)(\/state)?/.exec(path) ?? [];
      const { action, config = {} } = (body ?? {}) as { action?: string; config?: Record<string, string> };
      if (part && fails) throw new Error("no");
      if (part) done.push(`${action} ${name}`);
      else if ("user.lxops.follow" in config) done.push(`note ${name} ${config["user.lxops.follow"]}`);
    },
  });
  const result = await run(["up", "db.yaml", "web.yaml"], {
    world,
    files: { "/c/db.yaml": "#lxops-v1\nimage: tiny\n", "/c/web.yaml": web },
    controls: () => controls,
  });
  return { ...result, done };
}

Deno.test("a restart that follows another one is noted before that begins, until it is done", async () => {
  const { code, done, stderr } = await up({ status: "Stopped" });
  assertEquals(code, 0, stderr);
  assertEquals(done, [`note web ${STARTED}`, "start db", "stop web", "start web", "note web "]);
});

Deno.test("a restart that a failed run left is made by the next one", async () => {
  const failed = await up({ status: "Stopped", fails: true });
  assertEquals([failed.code === 0, failed.done], [false, [`note web ${STARTED}`]]);
  const { code, done, stdout, stderr } = await up({ follow: STARTED });
  assertEquals([code, done], [0, ["stop web", "start web", "note web "]], stderr);
  assertStringIncludes(stdout, "db: up to date\nweb: changed\n");
});

Deno.test("nothing restarts where the instance has started since, or its file says so no more", async () => {
  const since = await up({ follow: "2026-11-30T08:00:00Z" });
  assertEquals([since.code, since.done], [0, []], since.stderr);
  const changed = await up({ follow: STARTED, web: "#lxops-v1\nimage: tiny\nafter: [db]\n" });
  assertEquals([changed.code, changed.done], [0, []], changed.stderr);
});
