/** Tests that `init` takes no secrets and no system directories of the host from compose files. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { init, verify } from "../../support/started.ts";

Deno.test("init: no value of a variable gets into files that git tracks, and commands that may have a secret are named", async () => {
  const compose = `services:
  a:
    image: x
    ports: ["\${PORT}:80"]
    environment: [PORT=80, "DB=postgres://u:canary1@\${HOST:-canary2}/x", PLAIN=canary3]
    command: redis-server --requirepass canary4
    healthcheck: {test: [CMD, curl, -u, "me:canary5", "http://localhost"]}
  b: {image: x, healthcheck: {test: redis-cli -a canary6 ping}}
  c: {image: x, healthcheck: {test: curl -u www.example.org}, command: [nginx, -g, daemon off;]}
`;
  const files = { "/c/compose.yaml": compose, "/c/.env": "PORT=8080\n" };
  const { code, stderr, stdout, texts } = await init(["--from", "compose.yaml", "out"], files);
  assertEquals(code, 0, stderr);
  for (
    const line of [
      "compose.yaml:6:5 services.a.command: warning: ",
      "compose.yaml:7:19 services.a.healthcheck.test: warning: It may have a secret",
      "compose.yaml:8:31 services.b.healthcheck.test: warning: It may have a secret",
    ]
  ) assertStringIncludes(stderr, line);
  assert(!stderr.includes("services.c.healthcheck"), stderr);
  const others = Object.entries(texts).filter(([path]) => !path.endsWith("/.env")).map(([, text]) => text);
  assert(!/canary[1-4]/.test(`${others.join()}${stderr}${stdout}`), others.join());
  assertStringIncludes(texts["/c/out/a/lxops.yaml"]!, "environment:\n  PORT: '${INSTANCE_PORT}'\n");
  assertStringIncludes(
    texts["/c/out/a/.env"]!,
    "PORT=8080\nINSTANCE_PORT=80\nDB=postgres://u:canary1@canary2/x\nPLAIN=canary3\n",
  );
  assertEquals((await verify({ ...files, ...texts })).code, 0);
});

Deno.test("init: directories of the host's system become no devices, and those below the compose file do", async () => {
  const volumes = [
    "/:/host",
    "/etc:/e",
    "/var/run:/r",
    "/root/.ssh:/s",
    "/home:/h",
    "/srv/x:/x",
    "./etc:/own",
  ];
  const compose = `services: {a: {image: x, volumes: ${JSON.stringify(volumes)}}}\n`;
  const files = Object.fromEntries(
    ["/etc", "/var/run", "/root/.ssh", "/home", "/srv/x", "/c/etc"].map((path) => [`${path}/file`, ""]),
  );
  const { stderr, texts } = await init(["--from", "compose.yaml", "out"], {
    ...files,
    "/c/compose.yaml": compose,
  });
  const text = texts["/c/out/lxops.yaml"]!;
  assertEquals(text.match(/^ +dir: .*$/mg), ["    dir: /srv/x", "    dir: /c/etc"], text);
  assertEquals(stderr.match(/belongs to the host/g)?.length, 5, stderr);
  assertStringIncludes(text, "# - services.a.volumes.1: /etc belongs to the host");
});
