/** Two daemons at once: an image and an instance's data go from one kind to the other. */
import { assertEquals } from "@std/assert";
import { daemons, Ground, onBoth, places } from "../support/daemon.ts";
import { listen, tokenOf } from "../support/https.ts";
import { assertSameTree, plant } from "../support/trees.ts";

const config = `#lxops-v1
ostype: alpine
image: (image)
filesystems:
  data: {pattern: ${places.directory}/(at)/(instance), destroy: true}
  main: {pattern: ${places.pool}/(at)-(instance), destroy: true}
devices:
  data: {path: /data, filesystem: data}
  home: {path: /home, filesystem: main}
`;

onBoth(
  "an instance moves here from the other kind of daemon, with its image and its data",
  ["directory", "pool", "second daemon"],
  async (here) => {
    const there = new Ground(
      daemons.find(({ title }) => title !== here.daemon.title)!,
      here.id,
      here.dir,
    );
    await using _server = await listen(there);
    await here.write("a.yaml", config);
    const name = here.name();
    const alias = `${here.id}-image`;
    const at = (place: string, image: string) => [
      ...["-P", `at=${here.id}-${place}`, "-P", `image=${image}`, "-name", name, "a.yaml"],
    ];
    const [old, new_] = [at("old", "tiny"), at("new", alias)];
    try {
      await there.ok(["launch", ...old]);
      await there.inside(name, "echo of the image >/etc/marker; echo of the device >/home/file");
      const [uid] = (await there.ok(["instance", "idmap", name])).split(":");
      const dirOf = (place: string) => `${places.directory}/${here.id}-${place}/${name}/data`;
      await plant(dirOf("old"), Number(uid));
      await there.ok(["instance", "stop", name]);
      await there.ok(["publish", "-alias", alias, name]);
      await there.ok(["export", "-d", "moved", ...old]);

      await here.ok([
        ...["remote", "add", "-protocol", there.daemon.title.toLowerCase(), "far"],
        await tokenOf(there),
      ]);
      await here.ok(["image", "copy", "-copy-aliases", `far:${alias}`]);
      await here.ok(["import", "-d", "moved", ...new_]);
      await here.ok(["launch", ...new_]);
      assertEquals(
        await here.inside(name, "cat /etc/marker /home/file; stat -c %u:%g /home/file"),
        "of the image\nof the device\n0:0",
      );
      await assertSameTree(dirOf("new"), dirOf("old"));
      // The source stays unchanged until a command deletes it.
      assertEquals((await there.get(`/1.0/instances/${name}`)).status, "Stopped");
      await here.ok(["destroy", "-force", ...new_]);
      assertEquals((await Deno.stat(dirOf("old"))).isDirectory, true);
    } finally {
      await there.run(["destroy", "-force", ...old]);
      await here.run(["destroy", "-force", ...new_]);
      await here.run(["image", "delete", alias]);
      await there.run(["image", "delete", alias]);
      for (const place of ["old", "new"]) {
        await Deno.remove(`${places.directory}/${here.id}-${place}`, { recursive: true }).catch(() => {});
      }
    }
  },
);
