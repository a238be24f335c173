/** The order of sections, and files that are merged, on real containers. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Ground, inTurn } from "../support/daemon.ts";

const FIRST = `#cloud-config
packages: [one]
users: [{name: ann}]
write_files: [{path: /etc/early, content: x}, {path: /etc/late, content: x, defer: true}]
bootcmd: ["true"]
timezone: Europe/Athens
runcmd: [x=shared, "false"]
`;

const SECOND = `#cloud-config
merge_how: list(append)+dict(recurse_array)+str()
packages: [two]
runcmd: ['echo "x=$x" >/root/out']
`;

/** Returns the applied items of the journal, in order. */
async function applied(ground: Ground, name: string): Promise<string[]> {
  const titles = await ground.inside(name, "cut -d' ' -f5- /var/lib/lxops/journal");
  return titles.split("\n").map((title) => title.replace(/ \([^)]*\)$/, ""));
}

inTurn(
  "sections of merged files are applied in the order of the configuration",
  [],
  async (ground) => {
    await ground.write("first.cfg", FIRST);
    await ground.write("second.cfg", SECOND);
    const config = (order: string) =>
      `#lxops-v1\nostype: alpine\nimage: tiny\norder: ${order}\ncloud-config-files: [first.cfg, second.cfg]\n`;
    const name = ground.name();
    await ground.write("a.yaml", config("cloud-init"));
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    assertEquals(await applied(ground, name), [
      "Run true",
      "Write /etc/early",
      "Set up user ann",
      "Set the time zone Europe/Athens",
      "Install packages one two",
      "Write /etc/late",
      "Run 3 commands",
    ]);
    // All commands are one script there: they share variables, and one that fails does not end it.
    assertEquals(await ground.inside(name, "cat /root/out"), "x=shared");

    await ground.write("a.yaml", config("lxops"));
    await ground.write("first.cfg", FIRST.replace('"false"', '"true"'));
    await ground.ok(["rebuild", "-name", name, "a.yaml"]);
    assertEquals(await applied(ground, name), [
      "Run true",
      "Write /etc/early",
      "Install packages one two",
      "Set up user ann",
      "Set the time zone Europe/Athens",
      "Write /etc/late",
      "Run x=shared",
      "Run true",
      'Run echo "x=$x" >/root/out',
    ]);
    assertEquals(await ground.inside(name, "cat /root/out"), "x=");

    for (
      const [text, message] of [
        [
          "#cloud-config\nmerge_how: list(apend)\n",
          'merge_how: "apend" is not a valid option for merging a list',
        ],
        ["## template: jinja\n#cloud-config\n", "Templates are not supported"],
      ] as const
    ) {
      const { code, stderr } = await ground.run(["cloudconfig", "-i", name], { stdin: text });
      assertEquals(code, 3);
      assertStringIncludes(stderr, message);
    }
  },
);
