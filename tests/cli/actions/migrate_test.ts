import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { EXIT } from "../../../lib/base/errors.ts";
import { run } from "../../fakes/memory_app.ts";
import { noControls } from "../../fakes/recorder.ts";
import { worldOf, type WorldSpec } from "../../plan/world_spec.ts";

const FILES = {
  "/c/web.yaml": "#lxops-v1\nostype: alpine\nimage: tiny\ncloud-config-files: [web.cfg]\n",
  "/c/web.cfg": "#cloud-config\nhostname: x\npackages: []\n" +
    "write_files:\n- {path: /a, content: eA==, encoding: b64}\nusers:\n- {name: u, lock_passwd: false, groups: [a]}\n",
  "/c/same.yaml": "#lxops-v1\nostype: alpine\nimage: tiny\ncloud-config-files: [same.cfg]\n",
  "/c/same.cfg": "#cloud-config\nruncmd:\n- echo hello\nusers:\n- {name: u, groups: 'a,b', sudo: true}\n",
  "/c/db.yaml": "#lxdops\nos: {name: alpine, image: tiny}\nstop: true\n",
  "/c/oldest.yaml": "os:\n  name: alpine\npackages: [bash]\n",
  "/c/wrong.yaml": "#lxops-v1\nimage: [\n",
  "/c/notes.yaml": "a: 1\n",
  "/root/.config/lxdops/properties.yaml": "a: b\n",
};

async function checked(
  args: readonly string[],
  spec: WorldSpec = {},
  files: Readonly<Record<string, string>> = FILES,
) {
  const paths = Object.fromEntries([
    ["/c", "directory" as const],
    ...Object.keys(files).map((path) => [path, "file"] as const),
  ]);
  return await run(["migrate", "check", ...args], {
    world: worldOf({ ...spec, paths }),
    files,
    controls: noControls,
    env: { HOME: "/root" },
  });
}

Deno.test("migrate check names the keys that the Go lxops ignored, with their places", async () => {
  const { code, stdout } = await checked(["web.yaml"]);
  assertEquals(code, EXIT.differs, stdout);
  for (const place of ["2:1 hostname", "5:29 write_files.0.encoding", "7:13 users.0.lock_passwd"]) {
    assertStringIncludes(stdout, `web.cfg:${place}: warning: The Go lxops ignored this key`);
  }
  assertMatch(stdout, /web\.cfg:7:\d+ users\.0\.groups: warning: The Go lxops refused a list of groups/);
});

Deno.test("migrate check says of an instance of the Go lxops that it has no journal", async () => {
  const own = { name: "same", profiles: ["default", "same.lxops"] };
  const { code, stdout } = await checked(["same.yaml"], { instances: [own] });
  assertEquals(code, EXIT.differs, stdout);
  assertStringIncludes(
    stdout,
    'same.yaml: instance "same" (running) is one of the Go lxops, known by its profile',
  );
  assertStringIncludes(stdout, "It has no journal");
  assertStringIncludes(stdout, "To see what lxops up would change: lxops plan same.yaml\n");
});

Deno.test("migrate check tells instances of others, of this lxops, and those that are not there", async () => {
  const foreign = await checked(["same.yaml"], { instances: [{ name: "same", profiles: ["default"] }] });
  assertStringIncludes(foreign.stdout, "commands that change it refuse it without --adopt");
  assertEquals(foreign.code, EXIT.differs);
  const config = { "user.lxops.config": "/c/same.yaml" };
  const known = await checked(["same.yaml"], { instances: [{ name: "same", config, status: "Stopped" }] });
  assertStringIncludes(known.stdout, 'instance "same" (stopped) is one of this lxops already');
  const none = await checked(["same.yaml"]);
  assertStringIncludes(none.stdout, 'same.yaml: there is no instance "same"');
});

Deno.test("migrate check exits with 0 where nothing differs, and with 3 where a file is wrong", async () => {
  const { "/root/.config/lxdops/properties.yaml": _old, ...files } = FILES;
  const same = await checked(["same.yaml"], {}, files as typeof FILES);
  assertEquals(same.code, EXIT.ok, same.stdout);
  assertStringIncludes(same.stdout, "Nothing here differs from the Go lxops");
  const wrong = await checked(["same.yaml", "wrong.yaml"]);
  assertEquals(wrong.code, EXIT.config);
  assertMatch(wrong.stdout, /wrong\.yaml: it is wrong\n {2}wrong\.yaml:\d+/);
});

Deno.test("migrate check without files reads the configurations of the directory, of every format", async () => {
  const { code, stdout } = await checked([]);
  assertEquals(code, EXIT.config, stdout);
  assertStringIncludes(stdout, "oldest.yaml: a file of lxdops from before 2023\n");
  assertStringIncludes(stdout, "lxops config convert --from lxdops-old oldest.yaml\n");
  assertStringIncludes(stdout, "  Format #lxdops is read unchanged");
  assertStringIncludes(stdout, 'db.yaml:3:1 stop: warning: "stop" was a key of lxdops and has no effect');
  assertStringIncludes(stdout, "  Those of lxdops are in /root/.config/lxdops/properties.yaml: cp ");
  assertEquals(/notes\.yaml|web\.cfg: /.test(stdout), false, stdout);
});

Deno.test("migrate check leaves out a file that cannot be read, says so, and checks the others", async () => {
  const { code, stdout, stderr } = await checked([], {}, { ...FILES, "/c/random.yaml": "\uFFFD" });
  assertEquals(code, EXIT.config, stderr);
  assertStringIncludes(stderr, 'note: "random.yaml" is left out: it is not UTF-8 text');
  assertStringIncludes(stdout, "oldest.yaml: a file of lxdops");
});

Deno.test("migrate check goes on past a named file that is no text, a directory, and one whose cloud-config is no text", async () => {
  const { code, stdout } = await checked(["random.yaml", "asks.yaml", "same.yaml"], {}, {
    ...FILES,
    "/c/random.yaml": "\uFFFD",
    "/c/asks.yaml": "#lxops-v1\nimage: tiny\ncloud-config-files: [random.cfg]\n",
    "/c/random.cfg": "\uFFFD",
  });
  assertEquals(code, EXIT.config, stdout);
  assertStringIncludes(stdout, "random.yaml: it is wrong\n");
  assertStringIncludes(stdout, "it is not UTF-8 text\n");
  assertMatch(stdout, /asks\.yaml: it is wrong\n {2}.*random\.cfg.*it is not UTF-8 text/);
  assertStringIncludes(stdout, "same.yaml: ");
});
