/** Refuses what the daemon would refuse, before anything is created. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Ground, inTurn, places } from "../support/daemon.ts";
import { sh } from "../support/trees.ts";

async function refused(
  ground: Ground,
  args: readonly string[],
  code: number,
  text: string,
): Promise<void> {
  const outcome = await ground.run(args);
  assertEquals(outcome.code, code, outcome.stderr);
  assertStringIncludes(outcome.stderr, text);
  const name = args[args.indexOf("-name") + 1]!;
  // Neither directories nor a profile.
  assertEquals(await sh(`ls -d '${places.directory}/${ground.id}' 2>/dev/null || true`), "");
  assertEquals(await ground.get(`/1.0/profiles/${name}.lxops`), undefined);
}

inTurn(
  "limits, restrictions, a missing root disk and a missing image server are reported before the first change",
  [
    "directory",
  ],
  async (ground) => {
    const name = ground.name();
    const project = `${ground.id}-p`;
    const config = (more: string) =>
      ground.write(
        "a.yaml",
        `#lxops-v1
ostype: alpine
filesystems: {plain: {pattern: ${places.directory}/${ground.id}/(instance), destroy: true}}
devices: {data: {path: /data, filesystem: plain}}
${more}`,
      );
    const set = (config: Readonly<Record<string, string>>) => {
      const body = JSON.stringify({ description: "", config: { ...features, ...config } });
      return ground.ok(["query", "-X", "PUT", "-d", body, `/1.0/projects/${project}`]);
    };
    const features = { "features.images": "false", "features.profiles": "true" };
    const client = `${ground.dir}/.config/${ground.daemon.title === "Incus" ? "incus" : "lxc"}`;
    await Deno.mkdir(client, { recursive: true });
    // No server listens there.
    await Deno.writeTextFile(
      `${client}/config.yml`,
      "remotes:\n  gone:\n    addr: https://127.0.0.1:1\n    protocol: simplestreams\n    public: true\n",
    );
    await ground.ok([
      "query",
      "-X",
      "POST",
      "-d",
      JSON.stringify({ name: project, config: features }),
      "/1.0/projects",
    ]);
    try {
      const launch = ["launch", "-name", name, "a.yaml"];
      const there = [...launch.slice(0, 3), "-project", project, "a.yaml"];
      await config("image: tiny\nprofiles: [default]\n");
      await refused(ground, there, 3, "a.yaml:6:12 profiles.0: No profile of instance");
      const root = { root: { type: "disk", path: "/", pool: "default" } };
      const profile = `/1.0/profiles/default?project=${project}`;
      await ground.ok(["query", "-X", "PUT", "-d", JSON.stringify({ devices: root, config: {} }), profile]);
      await set({ "limits.instances": "0" });
      await refused(
        ground,
        there,
        9,
        `project "${project}" does not allow it: limits.instances is 0, and it has 0`,
      );
      await config("image: tiny\nlimits: {memory: 128MiB}\n");
      await set({ "limits.memory": "64MiB" });
      const sum = "limits.memory is 64MiB, and other instances have 0B, with 128MiB to come";
      await refused(ground, there, 9, sum);
      await config("image: tiny\nprofiles: [default]\n");
      await set({ restricted: "true" });
      await refused(ground, there, 9, 'restricted.devices.disk is managed: no disk "data"');
      await config("image: gone:tiny\n");
      await refused(ground, launch, 4, "Download image gone:tiny");
      // What is allowed is launched.
      await config("image: tiny\n");
      const allow = {
        "restricted.devices.disk": "allow",
        "restricted.devices.disk.paths": places.directory!,
      };
      await set({ restricted: "true", ...allow, "limits.instances": "1" });
      await ground.ok(there);
      await ground.ok(["destroy", "-force", ...there.slice(1)]);
    } finally {
      await ground.run(["query", "-X", "DELETE", `/1.0/projects/${project}`]);
    }
  },
);
