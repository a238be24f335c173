/** Scripts of users of the Go lxops, on real daemons: what they read from stdout, and whether the next line is run. */
import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { GO_REAL } from "../../support/go_lines.ts";
import { type Ground, inTurn, places, socketVariable } from "../support/daemon.ts";

async function prepare(ground: Ground): Promise<string> {
  const name = ground.name();
  ground.name("_tmpl");
  await ground.write(
    "w.yaml",
    `#lxops-v1
image: (web-image)
filesystems: {data: {pattern: ${places.directory}/${ground.id}/(instance), destroy: true}}
devices: {data: {path: /data, filesystem: data}}
`,
  );
  await ground.ok(["launch", "-P", "web-image=tiny", "-name", name, "w.yaml"]);
  return name;
}

inTurn(
  "scripts for the Go program get the same output, and the same success or failure",
  ["directory"],
  async (ground) => {
    const name = await prepare(ground);
    const put = (text: string) =>
      text.replaceAll("NAME_tmpl", `${name}_tmpl`).replace(/\bNAME\b(?! )(?!\[)/g, name)
        .replaceAll("DIR", `${places.directory}/${ground.id}/${name}`);
    for (const { line, stdout, zero } of GO_REAL) {
      const args = line.split(" ").map(put);
      const outcome = await ground.run(args);
      const shown = `lxops ${args.join(" ")}\n${outcome.code}\n${outcome.stdout}\n${outcome.stderr}`;
      assertEquals(outcome.code === 0, zero, shown);
      if (typeof stdout === "string") assertEquals(outcome.stdout, put(stdout), shown);
      else if (stdout) assertMatch(outcome.stdout, new RegExp(expected(stdout.source, put)), shown);
    }
  },
);

/** A pattern with the names in it; a heading that is called NAME stays. */
function expected(source: string, put: (text: string) => string): string {
  return source.replace(/(HWADDR|PATH) \+NAME/, "$1 +HEADING").replaceAll(
    /NAME(_tmpl)?|DIR/g,
    (word) => put(word),
  )
    .replace("HEADING", "NAME");
}

inTurn(
  "shiftids needs no daemon, and leaves alone what a container has mounted",
  ["directory"],
  async (ground) => {
    const name = await prepare(ground);
    const directory = `${places.directory}/${ground.id}`;
    // The bed's own directories may be mounted in the root of a daemon that runs apart.
    const other = `${ground.dir}/other`;
    await Deno.mkdir(other);
    await Deno.writeTextFile(`${other}/file`, "");
    const env = socketVariable({ ...ground.daemon, socket: `${ground.dir}/none` });
    const args = ["shiftids", "-u", "2000000", "-g", "2000000"];
    const refused = await ground.run([...args, `${directory}/${name}`], { env });
    assertEquals(refused.code, 9, refused.stderr);
    assertStringIncludes(refused.stderr, "a container runs that has it mounted");
    const shifted = await ground.run([...args, other], { env });
    assertEquals(shifted.code, 0, shifted.stderr);
    assertStringIncludes(shifted.stderr, "cannot be asked");
    assertEquals((await Deno.stat(`${other}/file`)).uid, 2000000);
    assertNotEquals((await Deno.stat(`${directory}/${name}/data`)).uid, 2000000);
  },
);

inTurn(
  "publish -reuse can be repeated, and an image is exported to a directory under its own name",
  [],
  async (ground) => {
    const name = ground.name();
    await ground.write("a.yaml", "#lxops-v1\nimage: tiny\n");
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    await ground.ok(["instance", "stop", name]);
    const before = (await ground.get("/1.0/images")).length;
    // Two in one second may be the same image, which the daemons refuse because it exists.
    for (let count = 0; count < 3; count++) await ground.ok(["publish", "-alias", name, "-reuse", name]);
    assertEquals((await ground.get("/1.0/images")).length, before + 1);
    const { target } = await ground.get(`/1.0/images/aliases/${name}`);
    await Deno.mkdir(`${ground.dir}/out`);
    for (const directory of ["out", "out/"]) await ground.ok(["image", "export", name, directory]);
    const written = [...Deno.readDirSync(`${ground.dir}/out`)].map((entry) => entry.name);
    assertEquals(written.length, 1, written.join());
    assert(written[0]!.startsWith(`${target}.tar`), written[0]);
    const none = await ground.run(["image", "export", name, "none/"]);
    assertEquals([none.code, none.stderr], [2, `lxops: There is no directory "${ground.dir}/none"\n`]);
    await ground.ok(["image", "delete", name]);
  },
);
