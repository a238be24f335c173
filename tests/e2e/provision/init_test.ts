/** Tests of `init`: its files can be launched unchanged, and errors of directories come before the first change. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Ground, inTurn, onBoth, places } from "../support/daemon.ts";

const CANARY = "canary-e6a1-hush";

/** Runs lxops; fails unless it ends so, or where it shows a secret. */
async function lxops(ground: Ground, code: number, ...args: readonly string[]) {
  const outcome = await ground.run(args, {});
  const all = outcome.stdout + outcome.stderr;
  assertEquals(outcome.code, code, `lxops ${args.join(" ")}\n${all}`);
  assert(!all.includes(CANARY), all);
  return outcome;
}

onBoth("init writes a directory that can be launched unchanged, from an image and from its instance", [
  "directory",
], async (ground) => {
  const name = ground.name();
  const at = `${places.directory}/${name}/${name}`;
  await lxops(ground, 0, "init", "--from", "tiny", at);
  await lxops(ground, 0, "i", "verify", `${at}/lxops.yaml`);
  await Deno.writeTextFile(`${at}/.env`, "A=b\n");
  await Deno.chmod(`${at}/.env`, 0o644);
  const up = await lxops(ground, 0, "up", at);
  assertEquals(up.stderr.split("Other users can read this file").length, 2, "a warning comes once");
  assertEquals(await ground.inside(name, "ls -A /usr/local/conf; stat -c %u /usr/local/data"), ".gitkeep\n0");
  assertEquals((await lxops(ground, 8, "init", at)).stdout, "");
  const below = await lxops(ground, 8, "init", `${at}/lxops.yaml/x/y`);
  assertStringIncludes(below.stderr, `${at}/lxops.yaml is no directory\n  Nothing was changed.`);

  // What the instance is by hand gets into another directory, its environment into .env only.
  await lxops(
    ground,
    0,
    "instance",
    "set",
    name,
    `environment.TOKEN=${CANARY}`,
    "user.note=x",
    "limits.memory=1GiB",
  );
  const before = await ground.get(`/1.0/instances/${name}`);
  const copy = `${places.directory}/${name}/copy`;
  const { stderr } = await lxops(ground, 0, "init", "--from", name, copy);
  assertStringIncludes(stderr, "The values of TOKEN, USER_NOTE are in .env");
  assertEquals(await ground.get(`/1.0/instances/${name}`), before);
  assertStringIncludes(await Deno.readTextFile(`${copy}/.env`), `TOKEN=${CANARY}\n`);
  assertEquals((await Deno.stat(`${copy}/.env`)).mode! & 0o777, 0o600);
  const text = await Deno.readTextFile(`${copy}/lxops.yaml`);
  for (const part of [`name: ${name}\n`, "memory: 1GiB", "environment.TOKEN: '${TOKEN}'"]) {
    assertStringIncludes(text, part);
  }
  assert(!text.includes(CANARY) && !text.includes(`${name}.lxops`), text);
  const plan = await lxops(ground, 10, "plan", copy);
  assertStringIncludes(plan.stdout, "limits.memory");

  // A directory that was moved is taken for that once the user says so, with its data.
  await ground.inside(name, "echo kept >/usr/local/data/kept");
  const moved = `${places.directory}/${name}/moved/${name}`;
  await Deno.mkdir(`${places.directory}/${name}/moved`);
  await Deno.rename(at, moved);
  const refused = await lxops(ground, 9, "up", moved);
  assertStringIncludes(refused.stderr, `lxops up --adopt ${moved}/lxops.yaml`);
  await lxops(ground, 0, "up", "--adopt", "--restart", moved);
  assertEquals((await lxops(ground, 0, "up", moved)).stdout, `${name}: up to date\n`);
  assertEquals(await ground.inside(name, "cat /usr/local/data/kept"), "kept");
  await lxops(ground, 0, "destroy", "--force", "--wait-stop", "0", moved);
});

const COMPOSE = `services:
  web:
    image: tiny
    environment: {DOMAIN: example.org, PASSWORD: ${CANARY}}
    volumes: ["store:/var/store", "./html:/var/html:ro"]
    depends_on: [db]
    healthcheck: {test: [CMD, test, -e, /var/html/index], interval: 1s, start_period: 5s}
    mem_limit: 256m
    networks: [front]
  db: {image: tiny, restart: always}
`;

inTurn("init translates a compose file: its services are launched in order, with their volumes", [
  "directory",
], async (ground) => {
  const top = `${places.directory}/${ground.name()}`;
  await Deno.mkdir(`${top}/html`, { recursive: true });
  await Deno.writeTextFile(`${top}/html/index`, "hello\n");
  const names = { web: ground.name("web"), db: ground.name("db") };
  const compose = COMPOSE.replace("  web:", `  ${names.web}:`).replace("  db:", `  ${names.db}:`)
    .replace("[db]", `[${names.db}]`);
  await Deno.writeTextFile(`${top}/compose.yaml`, compose);
  const { stderr } = await lxops(ground, 0, "init", "--from", top, `${top}/out`);
  assertStringIncludes(stderr, `compose.yaml:9:5 services.${names.web}.networks: warning: The NICs`);
  const file = `${top}/out/${names.web}/lxops.yaml`;
  assert(!(await Deno.readTextFile(file)).includes(CANARY));
  // The images of systems are at a server of the internet; the rest stays as it was written.
  for (const name of Object.values(names)) {
    const path = `${top}/out/${name}/lxops.yaml`;
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(
      path,
      text.replace(/^image: .*$/m, "image: tiny").replace(/^ostype: .*$/m, "ostype: alpine"),
    );
    await Deno.writeTextFile(
      `${top}/out/${name}/bootstrap.sh`,
      '#!/bin/sh\necho "${DOMAIN-none} ${PASSWORD-none}" >/asked\n',
    );
  }
  await lxops(ground, 0, "up", `${top}/out`);
  assertEquals(
    await ground.inside(names.web, "cat /asked /var/html/index; touch /var/store/x; stat -c %u /var/store"),
    `example.org ${CANARY}\nhello\n0`,
  );
  assertEquals(await Deno.readTextFile(`${top}/out/${names.web}/volumes/store/x`), "");
  assertEquals(await ground.inside(names.db, "cat /asked"), "none none");
  await lxops(ground, 0, "down", "--wait-stop", "0", `${top}/out`);
});
