/** Spares under any name, an old instance whose files were read, and what a run that was cut off left of an instance. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { plainConfig } from "../support/configs.ts";
import { inTurn } from "../support/daemon.ts";

inTurn(
  "a spare that a user renamed is still the spare, its copy is none, and the profile of a removed instance is deleted",
  ["directory"],
  async (ground) => {
    const [name, renamed, copy] = [ground.name(), ground.name("-aside"), ground.name("-copy")];
    await ground.write("a.cfg", "#cloud-config\nruncmd: [echo one >>/root/history]\n");
    await ground.write("a.yaml", plainConfig("tiny", "cloud-config-files: [a.cfg]\n"));
    await ground.write("b.yaml", plainConfig("tiny2", "cloud-config-files: [a.cfg]\n"));
    const post = (path: string, body: unknown) =>
      ground.ok(["query", "-X", "POST", "-d", JSON.stringify(body), path]);
    const version = async () => await ground.inside(name, "grep -o '.$' /etc/os-release | tail -1");
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    await ground.ok(["stop", "-wait-stop", "0", name]);

    // The daemon's program that read the files of the old instance does not hold its deletion for 15 s.
    const { code, stderr } = await ground.run(["rebuild", "-trace", "-name", name, "b.yaml"]);
    assertEquals(code, 0, stderr);
    const seconds = [...stderr.matchAll(/: Delete instance \S+ \(([\d.]+) s\)$/gm)].map(([, one]) =>
      Number(one)
    );
    assert(seconds.length === 1 && seconds[0]! < 14, stderr);
    assertEquals([await version(), await ground.beside(name)], ["2", []]);

    await ground.ok(["rebuild", "-keep-old", "-wait-stop", "0", "-name", name, "a.yaml"]);
    const [spare = ""] = await ground.beside(name);
    const { profiles } = await ground.get(`/1.0/instances/${spare}`);
    await post("/1.0/instances", { name: copy, profiles, source: { type: "copy", source: spare } });
    assertEquals((await ground.get(`/1.0/instances/${copy}`)).config["user.lxops.role"], "spare");
    await post(`/1.0/instances/${spare}`, { name: renamed });
    assertStringIncludes(await ground.ok(["instance", "list"]), renamed);
    await ground.ok(["rebuild", "-back", "-wait-stop", "0", "-name", name, "b.yaml"]);
    assertEquals([await version(), await ground.get(`/1.0/instances/${renamed}`)], ["2", undefined]);

    const [other = ""] = await ground.beside(name);
    await post(`/1.0/instances/${other}`, { name: renamed });
    await ground.ok(["prune", "-name", name, "b.yaml"]);
    assertEquals(await ground.get(`/1.0/instances/${renamed}`), undefined);
    assertEquals((await ground.get(`/1.0/instances/${copy}`)).status, "Stopped");

    // A deletion by name takes a spare along, also where the file is gone.
    await ground.ok(["query", "-X", "DELETE", `/1.0/instances/${copy}`]);
    await ground.ok(["rebuild", "-keep-old", "-wait-stop", "0", "-name", name, "a.yaml"]);
    const { config, devices } = await ground.get(`/1.0/profiles/${name}.lxops`);
    await Deno.remove(`${ground.dir}/a.yaml`);
    await ground.ok(["down", "-wait-stop", "0", name]);
    assertEquals([await ground.beside(name), await ground.get(`/1.0/profiles/${name}.lxops`)], [
      [],
      undefined,
    ]);
    // As where a run was killed between the deletion of the instance and that of its profile.
    await post("/1.0/profiles", { name: `${name}.lxops`, config, devices });
    assert(await ground.get(`/1.0/profiles/${name}.lxops`));
    await ground.ok(["down", name]);
    assertEquals(await ground.get(`/1.0/profiles/${name}.lxops`), undefined);
    assertStringIncludes((await ground.run(["down", name])).stderr, "Nothing to delete");
  },
);
