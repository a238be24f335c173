/**
 * The messages of tests/cli/newcomers that have words of the daemon in them, from real ones. It needs one container that
 * is never started, and takes seconds.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { onBoth } from "../support/daemon.ts";

onBoth("messages about a daemon tell newcomers what to do", ["directory"], async (ground) => {
  const name = ground.name();
  const wrong = `${name.slice(0, -1)}${name.endsWith("x") ? "y" : "x"}`;
  const image = "#lxops-v1\nostype: alpine\nimage: tiny\n";
  await ground.write("a.yaml", image);
  await ground.write("limit.yaml", `${image}lxc-options: ["-c limits.memory=4lots"]\n`);
  await ground.write("config.yaml", `${image}config: {limits.memory: 4lots}\n`);
  await ground.write("image.yaml", "#lxops-v1\nostype: alpine\nimage: tinny\n");
  await ground.write("pool.yaml", `${image}filesystems: {d: {pattern: "nopool-${ground.id}/(instance)"}}\n`);
  await ground.write("no.socket", "");
  await ground.ok(["create", "tiny", name]);
  const there = `There is no instance "${wrong}"; did you mean "${name}"\\?`;
  const stopped = `Instance "${name}" is not running\n {2}Start it with: lxops instance start ${name}\n`;
  const rows: readonly (readonly [line: string, code: number, now: string])[] = [
    [`launch --name ${name} a.yaml`, 8, "it exists \\(Stopped\\)"],
    [`exec ${wrong} true`, 125, there],
    [`instance exec ${wrong} true`, 125, there],
    [`instance stop ${wrong}`, 7, there],
    [`instance wait ${wrong}`, 7, there],
    [`stop ${name}y`, 7, `There is no instance "${name}y"; did you mean "${name}"\\?`],
    [`down ${name}z`, 0, `there is no instance "${name}z"; did you mean "${name}"\\?`],
    [`plan ${wrong}`, 7, `${there}\n.*name its configuration file`],
    [`cloudconfig -i ${wrong} a.yaml`, 3, "a.yaml:1:1"],
    [`exec ${name} true`, 125, stopped],
    [`--socket ${ground.dir}/no.socket ps`, 4, `"${ground.dir}/no.socket" is not a socket\n`],
    [
      `launch --name ${name}-l limit.yaml`,
      4,
      "(?s:.*)Configured at limit\\.yaml:4:15 lxc-options\\.0\n",
    ],
    [
      `launch --undo-on-failure --name ${name}-c config.yaml`,
      4,
      "(?s:.*)Configured at config\\.yaml:4:10 config\\.limits\\.memory\n {2}What this run did was taken back",
    ],
    [
      `launch --name ${name}-i image.yaml`,
      3,
      'image\\.yaml:3:1 image: There is no image "tinny"; did you mean "tiny',
    ],
    [`launch --name ${name}-p pool.yaml`, 3, `There is no ZFS pool "nopool-${ground.id}" for dataset`],
    [`image alias delete ${name}`, 7, `There is no image alias "${name}"`],
    [
      `volume export default/${name} f`,
      7,
      `There is no volume "${name}" in storage pool "default"|volume "${name}"`,
    ],
    [name, 2, `"${name}" is an instance, and no command\n {2}To open a shell in it: .* shell ${name}\n`],
  ];
  try {
    // None of them changes what another one meets.
    const others = rows.slice(0, -1).map(([line]) => ground.run(line.split(" ")));
    // The last one asks the daemon only for as long as a user waits gladly.
    const outcomes = [...await Promise.all(others), await ground.run([name])];
    for (const [at, [line, code, now]] of rows.entries()) {
      const { code: ended, stderr } = outcomes[at]!;
      assertMatch(stderr, new RegExp(now), line);
      assertEquals(ended, code, `${line}\n${stderr}`);
    }
  } finally {
    await ground.run(["down", name, `${name}-l`]);
    await ground.run(["query", "-X", "DELETE", `/1.0/profiles/${name}-l.lxops`]);
  }
});
