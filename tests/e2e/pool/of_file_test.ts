/** Pools of configuration files: the image has the cloud-config, and tending needs no file. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { connect } from "../../../scripts/testbed/rest.ts";
import { inTurn } from "../support/daemon.ts";

inTurn(
  "a pool of a configuration file has its cloud-config and limits, and is tended without the file",
  [],
  async (ground) => {
    const pool = ground.id;
    const file = `${ground.id}.yaml`;
    const write = async (content: string) => {
      await ground.write("a.cfg", `#cloud-config\nwrite_files: [{path: /etc/made, content: ${content}}]\n`);
      await ground.write(
        file,
        "#lxops-v1\nimage: tiny\nostype: alpine\nlimits: {memory: 256MiB}\ncloud-config-files: [a.cfg]\n" +
          `filesystems: {main: {pattern: "${ground.dir}/data"}}\ndevices: {d: {path: /srv/data, filesystem: main}}\n`,
      );
    };
    const made = async () => await ground.ok(["run", "--pool", pool, "--", "cat", "/etc/made"]);
    try {
      await write("one");
      const { code, stderr } = await ground.run(["pool", "create", "--size=1", "--max=1", pool, file]);
      assertEquals(code, 0, stderr);
      const [{ instance }] = JSON.parse(await ground.ok(["pool", "status", "--json", pool])).instances;
      const { config } = await ground.get(`/1.0/instances/${instance}`) as {
        config: Record<string, string>;
      };
      assertEquals(config["limits.memory"], "256MiB");
      assertEquals(await made(), "one");
      // The same file again is an error before anything is built.
      assertEquals((await ground.run(["pool", "create", "--size=1", pool, file])).code, 8);
      await write("two");
      await ground.ok(["image", "build", file]);
      await Deno.remove(`${ground.dir}/${file}`);
      await ground.ok(["pool", "tend", pool]);
      assertEquals(await made(), "two");
      assertStringIncludes(await ground.ok(["pool", "list"]), pool);
    } finally {
      await ground.run(["pool", "destroy", "--force", pool]);
      using rest = connect(ground.daemon.socket!);
      const images = await ground.get("/1.0/images?recursion=1") as readonly {
        readonly fingerprint: string;
        readonly properties: Readonly<Record<string, string>>;
      }[];
      for (const { fingerprint, properties } of images) {
        if (properties["lxops.alias"]?.startsWith(ground.id)) {
          await rest.send("DELETE", `/1.0/images/${fingerprint}`);
        }
      }
    }
  },
);
