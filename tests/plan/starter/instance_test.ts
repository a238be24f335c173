/** Tests of `init` with instances: it writes everything that a configuration can have, and no secrets. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../fakes/memory_app.ts";
import { noControls } from "../../fakes/recorder.ts";
import { init, pathsOf, verify } from "../../support/started.ts";
import { worldOf, type WorldSpec } from "../world_spec.ts";

const CANARY = "canary-5b1";

const SPEC: WorldSpec = {
  images: [{ aliases: ["base"], fingerprint: "f".repeat(64) }],
  profiles: [{
    name: "src.lxops",
    config: { "limits.processes": "100" },
    devices: {
      "home": { type: "disk", path: "/home", source: "/srv/home" },
      "port-8080": { type: "proxy", listen: "tcp:0.0.0.0:8080", connect: "tcp:127.0.0.1:80" },
    },
  }],
  instances: [{
    name: "src",
    profiles: ["default", "web", "src.lxops"],
    config: {
      "image.os": "Debian",
      "volatile.base_image": "f".repeat(64),
      "volatile.eth0.hwaddr": "00:16:3e:00:00:01",
      "limits.memory": "1GiB",
      "boot.autostart": "true",
      "raw.idmap": "both 1000 1000\nuid 5 5",
      "security.nesting": "true",
      "raw.lxc": `lxc.environment = X=${CANARY}\nlxc.cap.drop =`,
      "environment.TOKEN": `${CANARY}$x`,
      "environment.PATH": "/bin",
      "environment.a-b": CANARY,
      "user.user-data": `password: ${CANARY}`,
      "cloud-init.user-data": CANARY,
      "systemd.credential.db": CANARY,
    },
    devices: {
      root: { type: "disk", path: "/", pool: "default", size: "5GiB" },
      vol: { type: "disk", path: "/var/lib/v", pool: "default", source: "v1", readonly: "true" },
      web: { type: "proxy", listen: "tcp:127.0.0.1:81", connect: "tcp:127.0.0.1:80" },
      eth0: { type: "nic", network: "br0", "ipv4.address": "10.0.0.5", hwaddr: "00:16:3e:00:00:02" },
      gpu0: { type: "gpu", id: "0" },
      odd: { type: "disk", path: "/odd", source: "/srv/(x)" },
      raw: { type: "disk", path: "/raw", source: "/srv/raw", "raw.mount.options": "x" },
      gone: { type: "none" },
    },
  }],
};

Deno.test("init: an instance gives its image, profiles, keys, devices, limits and ports", async () => {
  const { code, stderr, texts, stdout, written } = await init(["--from", "src", "dir"], {}, SPEC);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "lxops up --adopt ./dir");
  const text = texts["/c/dir/lxops.yaml"]!;
  for (
    const part of [
      "\nname: src\n",
      "\nimage: base\n",
      "\nostype: debian\n",
      "profiles:\n  - default\n  - web\n",
      "ports:\n  - '8080:80'\n",
      "addresses:\n  eth0:\n    - 10.0.0.5\n",
      "limits:\n  memory: 1GiB\n  processes: '100'\n  disk: 5GiB\n",
      "autostart: true",
      "config:\n  cloud-init.user-data: '${CLOUD_INIT_USER_DATA}'\n  environment.PATH: '${INSTANCE_PATH}'\n  environment.TOKEN: '${TOKEN}'\n  raw.lxc: '${RAW_LXC}'\n  security.nesting: 'true'\n  user.user-data: '${USER_USER_DATA}'\n",
      "idmap:\n  - both 1000 1000\n  - uid 5 5\n",
      "filesystems:\n  vol:\n    pattern: 'volume:default/v1'\n",
      "  home:\n    path: /home\n    dir: /srv/home\n",
      "  vol:\n    path: /var/lib/v\n    filesystem: vol\n    readonly: true\n",
      "  web:\n    listen: 'tcp:127.0.0.1:81'\n    connect: 'tcp:127.0.0.1:80'\n    type: proxy\n",
      "  eth0:\n    network: br0\n    hwaddr: '00:16:3e:00:00:02'\n    type: nic\n",
      "  gpu0:\n    id: '0'\n    type: gpu\n",
      "# - systemd.credential.db: It may have something secret, and is not taken over",
      "# - devices.odd: It is not taken over: a value has parentheses",
    ]
  ) assertStringIncludes(text.replaceAll(/^ {4}type: (\w+)\n((?: {4}\w.*\n)+)/gm, "$2    type: $1\n"), part);
  assertEquals(written["/c/dir/.env"]?.mode, 0o600);
  assertStringIncludes(
    texts["/c/dir/.env"]!,
    `CLOUD_INIT_USER_DATA=${CANARY}\nINSTANCE_PATH=/bin\nTOKEN='${CANARY}$x'\n`,
  );
  const others = Object.entries(texts).filter(([path]) => path !== "/c/dir/.env").map(([, text]) => text)
    .join("");
  assert(!`${others}${stderr}${stdout}`.includes(CANARY), "a value is shown");
  for (
    const name of [
      "systemd.credential.db",
      "environment.a-b",
      "devices.raw",
      "devices.gone",
    ]
  ) {
    assertStringIncludes(stderr, `dir/lxops.yaml ${name}: warning: `);
  }
});

Deno.test("init: nothing is attached over files of an instance, whatever its directory has", async () => {
  const files = { "/c/src/bin/tool": "x\n", "/c/src/data/x": "x\n" };
  const { written, texts } = await init(["--from", "src", "src"], files, SPEC);
  assertEquals(Object.keys(written).map((path) => path.slice("/c/src/".length)), [
    ...["lxops.yaml", "cloud-config/main.cfg", ".gitignore", ".env.example", ".env"],
  ]);
  assertStringIncludes(texts["/c/src/lxops.yaml"]!, "\ndirectory: no-devices\n");
  const world = worldOf({});
  const all = { ...files, ...texts };
  const { stdout } = await run(["i", "devices", "/c/src/lxops.yaml"], {
    world: { ...world, paths: new Map(Object.entries(pathsOf(all))) },
    files: all,
    controls: noControls,
  });
  assertStringIncludes(stdout, "/home");
  assert(!stdout.includes("/usr/local"), stdout);
});

Deno.test("init: the result for an instance passes every check, whatever its devices", async () => {
  const { texts } = await init(["--from", "src", "src"], {}, SPEC);
  const { code, stdout, stderr } = await verify(texts);
  assertEquals([code, stdout], [0, "src\n"], stderr);
});

Deno.test("init: a name that an instance and an image have is refused, with a spelling for each", async () => {
  const spec: WorldSpec = { images: [{ aliases: ["a"] }], instances: [{ name: "a" }] };
  const both = await init(["--from", "a", "x"], {}, spec);
  assertEquals([both.code, both.written], [2, {}]);
  assertStringIncludes(both.stderr, '"a" is both an instance and an image');
  assertEquals((await init(["--from", "local:a", "x"], {}, spec)).code, 0);
  const none = await init(["--from", "b", "x"], {}, spec);
  assertEquals(none.code, 7);
  assertStringIncludes(none.stderr, 'There is no instance or image "b"');
});
