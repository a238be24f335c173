/** Tests the parts of a configuration that each command does without: faults in them do not stop the command. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { memoryServer } from "../fakes/memory_server.ts";
import { type Outcome, run } from "../fakes/memory_app.ts";
import { worldOf } from "../plan/world_spec.ts";

const CONTROLS = () => {
  throw new Error("nothing is to be changed");
};

const BASE = `ostype: alpine
filesystems:
  main: {pattern: /data/(instance), destroy: true}
devices:
  home: {path: /home, filesystem: main}
`;

const ATTACHED = {
  instances: [{ name: "web", status: "Stopped", profiles: ["default", "web.lxops"] }],
  profiles: [{ name: "default" }, { name: "web.lxops" }],
  paths: { "/data/web": "directory", "/data/web/home": "directory" },
} as const;

function go(line: string, config: string, files: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const world = worldOf(ATTACHED);
  return run(line.split(" "), {
    world,
    server: memoryServer(world),
    controls: CONTROLS,
    files: inPlace({ "web.yaml": `#lxops-v1\n${config}${BASE}`, ...files }),
  });
}

/** Names of files in the directory that command lines are run in. */
function inPlace(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`/c/${name}`, text]));
}

const UNSET = {
  "image: (unset)": "image",
  "device-template: (unset)": "device-template",
  "device-origin: (unset)@s": "device-origin",
  "origin: (unset)": "origin",
  "device-owner: (unset)": "device-owner",
  "target: (unset)": "target",
  "cloud-config-files: [missing.cfg]": "cloud-config-files.0",
  "source-config: missing.yaml\ndevice-template: t": "source-config",
} as const;

const WITHOUT = [
  "delete -dry-run web.yaml",
  "destroy -dry-run web.yaml",
  "snapshot -dry-run -s s1 web.yaml",
  "snapshot list web.yaml",
  "create-profile -dry-run web.yaml",
  "rename -dry-run web.yaml web2",
  "export -dry-run -d /backup web.yaml",
  "profile list web.yaml",
  "profile apply -dry-run web.yaml",
  "profile reorder -dry-run web.yaml",
  "i description web.yaml",
  "i project web.yaml",
  "i properties web.yaml",
  "i filesystems web.yaml",
  "i devices web.yaml",
] as const;

for (const [config, key] of Object.entries(UNSET)) {
  for (const line of WITHOUT) {
    Deno.test(`lxops ${line} does without ${key}`, async () => {
      const outcome = await go(line, `${config}\n`);
      assertEquals([outcome.code, outcome.stderr.includes("unset")], [0, false], outcome.stderr);
    });
  }
  Deno.test(`launch does not begin without ${key}`, async () => {
    const { code, stderr, events } = await go("launch -name web2 web.yaml", `${config}\n`);
    assertEquals([code, events], [3, []], stderr);
    assertStringIncludes(stderr, key);
  });
}

Deno.test("a broken cloud-config file matters to configure, launch and verify, and not to delete", async () => {
  const files = { "a.cfg": "#cloud-config\npackages: nginx\n" };
  const config = "cloud-config-files: [a.cfg]\nimage: x\n";
  assertEquals((await go("delete -dry-run web.yaml", config, files)).code, 0);
  assertEquals((await go("destroy -dry-run web.yaml", config, files)).code, 0);
  for (const line of ["configure web.yaml", "launch -name b web.yaml", "i verify web.yaml"]) {
    const { code, stderr } = await go(line, config, files);
    assertEquals([line, code], [line, 3]);
    assertStringIncludes(stderr, "a.cfg:2:1 packages: A list is expected here");
  }
});

Deno.test("commands that need the directories do not guess them", async () => {
  const config = `#lxops-v1
filesystems:
  main: {pattern: /data/(instance), destroy: true}
  log: {pattern: /log/(unset)/(instance), destroy: true}
devices: {home: {path: /home, filesystem: main}}
`;
  const message = 'web.yaml:4:9 filesystems.log.pattern: There is no property "unset"';
  for (
    const line of [
      "destroy web.yaml",
      "snapshot -s s1 web.yaml",
      "create-profile web.yaml",
      "i devices web.yaml",
    ]
  ) {
    const { code, stderr } = await go(line, "", { "web.yaml": config });
    assertEquals([line, code], [line, 3]);
    assertStringIncludes(stderr, message);
  }
  const { code, stderr } = await go("delete -dry-run web.yaml", "", { "web.yaml": config });
  assertEquals(code, 0, stderr);
  for (const line of ["profile list web.yaml", "i description web.yaml"]) {
    assertEquals((await go(line, "", { "web.yaml": config })).stderr, "", line);
  }
});

Deno.test("i verify tells of an image that has no name here, and takes the file", async () => {
  const { code, stdout, stderr } = await go("i verify web.yaml", "image: (unset)\n");
  assertEquals([code, stdout], [0, "web\n"]);
  assertStringIncludes(stderr, 'web.yaml:2:1 image: warning: There is no property "unset"');
  assertEquals((await go("i verify --strict web.yaml", "image: (unset)\n")).code, 3);
});

Deno.test("a copy of another instance needs no image", async () => {
  const { stderr } = await go("launch -name b web.yaml", "origin: nobody\nimage: (unset)\n");
  assertStringIncludes(stderr, 'There is no instance "nobody"');
});

for (const name of ["alpine-3.23", "my_tmpl", "0day", "a".repeat(70)]) {
  Deno.test(`directories of "${name.slice(0, 12)}" are made, listed and destroyed, though no instance has this name`, async () => {
    const made = await go(`create-devices -dry-run -name ${name} web.yaml`, "");
    assertEquals(made.code, 0, made.stderr);
    assertStringIncludes(made.stdout, `/data/${name}/home`);
    for (
      const line of [
        "i devices",
        "snapshot -dry-run -s s1",
        "export -dry-run -d /backup",
        "delete",
        "i verify",
      ]
    ) {
      const outcome = await go(`${line} -name ${name} web.yaml`, "image: x\n");
      assertEquals(
        outcome.stderr.includes("may have only letters") && line !== "i verify",
        false,
        outcome.stderr,
      );
    }
    const used = await go("create-devices -dry-run -name b web.yaml", `device-template: ${name}\n`);
    assertStringIncludes(
      used.stderr,
      `Instance "${name}", the device-template, has no directory "/data/${name}/home"`,
    );
    const launched = await go(`launch -name ${name} web.yaml`, "image: x\n");
    assertEquals(launched.code, 3);
    assertStringIncludes(launched.stderr, `The instance name "${name}"`);
  });
}

for (const name of ["..", "a/b", "-x", "a\nb"]) {
  Deno.test(`${JSON.stringify(name)} is no name of directories`, async () => {
    const world = worldOf(ATTACHED);
    const { code } = await run(["destroy", `-name=${name}`, "web.yaml"], {
      world,
      controls: CONTROLS,
      files: inPlace({ "web.yaml": `#lxops-v1\n${BASE}` }),
    });
    assertEquals(code, 3);
  });
}
