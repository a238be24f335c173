/** Scripts of users of the Go lxops see what it printed, and zero or not zero. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { GO_DAEMON, GO_FILES, GO_OFFLINE, type GoLine } from "../support/go_lines.ts";
import { run } from "../fakes/memory_app.ts";
import { memoryServer } from "../fakes/memory_server.ts";
import { recorder } from "../fakes/recorder.ts";
import { worldOf } from "../plan/world_spec.ts";

const WORLD = worldOf({
  instances: [
    {
      name: "web",
      status: "Stopped",
      profiles: ["default", "lan", "web.lxops"],
      devices: {},
      expandedDevices: { home: { type: "disk", source: "/srv/web/home", path: "/home" } },
    },
    { name: "db", status: "Stopped", profiles: ["default"], config: { "user.lxops.config": "/c/db.yaml" } },
  ],
  profiles: [{ name: "default" }, { name: "lan" }, {
    name: "web.lxops",
    config: { "user.lxops.devices": "home,log" },
    devices: {
      home: { type: "disk", source: "/srv/web/home", path: "/home" },
      log: { type: "disk", source: "/srv/web/l/og", path: "/var/log" },
    },
  }],
  paths: {
    "/srv": "directory",
    "/srv/web": "directory",
    "/srv/web/home": "directory",
    "/srv/web/l": "directory",
    "/srv/web/l/og": "directory",
  },
});

const files = Object.fromEntries(Object.entries(GO_FILES).map(([name, text]) => [`/c/${name}`, text]));

for (const one of [...GO_OFFLINE, ...GO_DAEMON]) {
  Deno.test(`as the Go program has it: lxops ${one.line}${one.differs ? " [differs]" : ""}`, () =>
    check(one));
}

async function check({ line, stdout, zero }: GoLine): Promise<void> {
  const server = memoryServer(WORLD);
  const args = line === "" ? [] : line.split(" ");
  const outcome = await run(args, { world: WORLD, server, files, controls: () => recorder(server) });
  const shown = `${outcome.code}\n${outcome.stdout}\n${outcome.stderr}`;
  assertEquals(outcome.code === 0, zero, shown);
  if (typeof stdout === "string") assertEquals(outcome.stdout, stdout, shown);
  else if (stdout) assertMatch(outcome.stdout, stdout, shown);
}

Deno.test("the table has a line for every command of the Go program, and says why a line differs", () => {
  const commands = [...GO_OFFLINE, ...GO_DAEMON].map(({ line }) => line);
  assert(commands.length >= 100);
  for (
    const command of [
      "launch",
      "rebuild",
      "configure",
      "delete",
      "destroy",
      "rename",
      "create-devices",
      "create-profile",
    ]
      .concat([
        "snapshot",
        "rollback",
        "publish",
        "export",
        "copy-filesystems",
        "shiftids",
        "cloudconfig",
        "instance",
      ])
      .concat(["image", "i", "profile", "property", "config", "ostypes", "version"])
  ) {
    assert(commands.some((line) => line.split(" ")[0] === command), `there is no line of ${command}`);
  }
});
