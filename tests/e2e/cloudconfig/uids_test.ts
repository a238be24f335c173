/** Rebuilds with users whose files are on a device, after the users of a file have changed. */
import { assertEquals } from "@std/assert";
import { daemons, Ground, places } from "../support/daemon.ts";

const users = (...names: readonly string[]) =>
  `#cloud-config\nusers: [${names.map((name) => `{name: ${name}}`).join(", ")}]\n`;

// To be turned on with what keeps the ids of users over a rebuild: until then the files of one go to another.
for (const daemon of daemons) {
  Deno.test({
    name:
      `${daemon.title}: a rebuild leaves files on a device with their user, though another one comes before`,
    ignore: true,
    fn: async () => {
      const ground = new Ground(
        daemon,
        `e${crypto.randomUUID().slice(0, 8)}`,
        await Deno.makeTempDir({ prefix: "lxops-e2e-" }),
      );
      try {
        const name = `${ground.id}u`;
        await ground.write("users.cfg", users("iris", "olga"));
        await ground.write(
          "u.yaml",
          `#lxops-v1
ostype: alpine
image: tiny
cloud-config-files: [users.cfg]
filesystems: {homes: {pattern: "${places.directory}/(instance)", destroy: true}}
devices: {home: {path: /home, filesystem: homes}}
`,
        );
        await ground.ok(["launch", "-name", name, "u.yaml"]);
        await ground.inside(name, "umask 077; echo mine >/home/olga/note; chown olga /home/olga/note");
        for (const changed of [users("iris", "kurt", "olga"), users("olga", "iris"), users("olga")]) {
          await ground.write("users.cfg", changed);
          await ground.ok(["rebuild", "-name", name, "u.yaml"]);
          assertEquals(await ground.inside(name, "stat -c %U /home/olga/note"), "olga");
        }
        await ground.ok(["destroy", "-force", "-name", name, "u.yaml"]);
      } finally {
        await ground.close();
      }
    },
  });
}
