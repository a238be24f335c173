/** Daemons behind HTTPS: who is trusted, what a restricted certificate may do, and two daemons at once. */
import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { makeClientCertificate } from "../../../lib/adapters/remote/client_certificate.ts";
import { plainConfig } from "../support/configs.ts";
import { daemons, Ground, inTurn, onBoth, onEither, type Outcome } from "../support/daemon.ts";
import { ask, listen, tokenOf } from "../support/https.ts";

const HEAD = "#lxops-v1\nostype: alpine\nimage: tiny\n";

/** Directory of the client's configuration in the test's home. */
function clientDir(ground: Ground): string {
  return `${ground.dir}/.config/${ground.daemon.title === "Incus" ? "incus" : "lxc"}`;
}

function assertOneError(outcome: Outcome, code: number, start: string): void {
  assertEquals(outcome.stderr.split("\n")[0]!.slice(0, start.length), start);
  assertEquals([outcome.code, outcome.stdout], [code, ""]);
}

onBoth(
  "a token creates a remote, and its daemon is told apart from that of this machine",
  ["directory"],
  async (ground) => {
    await using server = await listen(ground);
    const dry = await ground.ok(["remote", "add", "-dry-run", "far", await tokenOf(ground)]);
    assertEquals(dry.includes("PRIVATE KEY"), false);
    assertEquals((await ground.run(["-remote", "far", "project", "list"])).code, 2);
    await ground.ok(["remote", "add", "far", await tokenOf(ground)]);
    assertEquals((await Deno.stat(`${clientDir(ground)}/client.key`)).mode! & 0o777, 0o600);
    await ground.ok(["-remote", "far", "project", "list"]);
    const program = ["run", "-i", "-name", ground.name("-r"), "tiny", "--", "sh", "-c", "cat; exit 3"];
    const ran = await ground.run(["-remote", "far", ...program], { stdin: "over HTTPS\n" });
    assertEquals([ran.code, ran.stdout], [3, "over HTTPS\n"], ran.stderr);
    assertEquals(await ground.get(`/1.0/instances/${ground.name("-r")}`), undefined);
    await ground.write("a.yaml", plainConfig());
    const refused = await ground.run(["-remote", "far", "launch", "-name", ground.name(), "a.yaml"]);
    assertOneError(refused, 3, "a.yaml:5:3 filesystems.data: The directories of these devices");
    // The name that the connection is made by is not among the certificate's, and does not count.
    const config = `${clientDir(ground)}/config.yml`;
    const text = await Deno.readTextFile(config);
    await Deno.writeTextFile(config, text.replace(server.url, `https://localhost:${server.port}`));
    await ground.ok(["-remote", "far", "project", "list"]);
    // The remote's project is the current one there.
    await Deno.writeTextFile(config, text.replace("    protocol:", "    project: nowhere\n    protocol:"));
    const missing = await ground.run(["-remote", "far", "instance", "list"]);
    assertOneError(missing, 7, `lxops: There is no project "nowhere"`);
    await Deno.writeTextFile(config, text.replace("default-remote: local", "default-remote: far"));
    assertEquals((await ground.run(["launch", "-name", ground.name(), "a.yaml"])).code, 3);
    await ground.ok(["-unix", "i", "verify", "a.yaml"]);
    await ground.ok(["remote", "list"]);
  },
);

onBoth("a problem with a remote is reported in one clear line, with exit code 4", [], async (ground) => {
  const { title } = ground.daemon;
  await using server = await listen(ground);
  await ground.ok(["remote", "add", "far", await tokenOf(ground)]);
  const directory = clientDir(ground);
  const look = () => ground.run(["-remote", "far", "project", "list"]);
  const pinned = await Deno.readTextFile(`${directory}/servercerts/far.crt`);
  const { certificate: other } = await makeClientCertificate("somebody else");
  await Deno.writeTextFile(`${directory}/servercerts/far.crt`, other);
  const not =
    `lxops: The certificate of ${title} at "${server.url}" is not the one that was accepted for remote "far"`;
  assertOneError(await look(), 4, not);
  await Deno.remove(`${directory}/servercerts/far.crt`);
  assertOneError(
    await look(),
    4,
    `lxops: The certificate of ${title} at "${server.url}" is not one that this machine`,
  );
  await Deno.writeTextFile(`${directory}/servercerts/far.crt`, pinned);

  const stranger = await makeClientCertificate("a stranger");
  const [certificate, key] = await Promise.all(
    ["crt", "key"].map((extension) => Deno.readTextFile(`${directory}/client.${extension}`)),
  );
  const be = async (pair: { certificate: string; key: string }) => {
    await Deno.writeTextFile(`${directory}/client.crt`, pair.certificate);
    await Deno.writeTextFile(`${directory}/client.key`, pair.key);
  };
  await be(stranger);
  assertOneError(await look(), 4, "lxops: not authorized (GET /1.0/projects");
  const expired = await makeClientCertificate("too old", new Date("2001-01-01T00:00:00Z"));
  await be(expired);
  assertOneError(await look(), 4, "lxops: not authorized (GET /1.0/projects");
  await be({ certificate: certificate!, key: key! });
  await ground.ok(["-remote", "far", "project", "list"]);

  const config = `${directory}/config.yml`;
  const text = await Deno.readTextFile(config);
  await Deno.writeTextFile(config, text.replace(String(server.port), "1"));
  assertOneError(
    await look(),
    4,
    `lxops: Cannot reach ${title} at "https://127.0.0.1:1": connection refused`,
  );
  const unknown = await ground.run(["-remote", "fat", "project", "list"]);
  assertOneError(unknown, 2, 'lxops: There is no remote "fat"');
});

onEither("a server that does not answer is given up after ten seconds", [], async (ground) => {
  await using server = await listen(ground);
  await ground.ok(["remote", "add", "far", await tokenOf(ground)]);
  const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const config = `${clientDir(ground)}/config.yml`;
  const text = await Deno.readTextFile(config);
  await Deno.writeTextFile(config, text.replace(String(server.port), String(silent.addr.port)));
  const outcome = await ground.run(["-remote", "far", "project", "list"]);
  silent.close();
  assertOneError(outcome, 4, `lxops: Cannot reach ${ground.daemon.title} at "https://127.0.0.1:`);
  assertStringIncludes(outcome.stderr, "no answer within 10 s");
});

onBoth(
  "a restricted certificate works for its project, and fails clearly for the rest",
  [],
  async (ground) => {
    await using _server = await listen(ground);
    const project = `${ground.id}-p`;
    await ground.ok([
      "query",
      "-X",
      "POST",
      "-d",
      JSON.stringify({ name: project, config: {} }),
      "/1.0/projects",
    ]);
    try {
      await ground.ok(["remote", "add", "-project", project, "far", await tokenOf(ground, [project])]);
      assertEquals(await ground.ok(["-remote", "far", "instance", "list", "-json"]), "[]\n");
      const other = await ground.run(["-remote", "far", "profile", "import", "-project=default", "default"]);
      assertEquals(other.code, 3);
      await ground.write("default", "description: mine\n");
      const refused = await ground.run([
        "-remote",
        "far",
        "profile",
        "import",
        "-project=default",
        "default",
      ]);
      assertEquals([refused.code, refused.stdout], [4, ""]);
      const unknown = await ground.run(["-remote", "far", "instance", "list", "-project=another"]);
      assertOneError(unknown, 7, `lxops: There is no project "another"`);
    } finally {
      await ground.run(["query", "-X", "DELETE", `/1.0/projects/${project}`]);
    }
  },
);

onBoth(
  "a restricted certificate whose locks could not be removed gets a message, and works without them",
  [],
  async (ground) => {
    await using _server = await listen(ground);
    // The project has the profiles of the default one, which the certificate may not change.
    const project = `${ground.id}-q`;
    const config = { "features.profiles": "false", "features.images": "false" };
    await ask(ground, "POST", "/1.0/projects", { name: project, config });
    try {
      await ground.ok(["remote", "add", "-project", project, "far", await tokenOf(ground, [project])]);
      const stop = ["-remote", "far", "instance", "stop", ground.name()];
      const locks = async () => {
        const all: readonly string[] = await ground.get("/1.0/profiles");
        return all.filter((path) => path.includes("lxops.lock") && path.includes(project));
      };
      const first = await ground.run(stop);
      if (first.code === 7) {
        // This daemon lets it change the profiles that it makes.
        assertEquals(await locks(), []);
        return;
      }
      assertOneError(first, 4, "lxops: Cannot lock: this user may not create and delete profiles: ");
      assertStringIncludes(first.stderr, "--no-lock");
      const left = await locks();
      assertEquals(left.length, 1);
      // A later run leaves nothing more.
      assertNotEquals((await ground.run(stop)).code, 0);
      assertEquals(await locks(), left);
      assertEquals((await ground.run([...stop, "--no-lock"])).code, 7);
      const name = /Profile "(\S+)" stays/.exec(first.stderr)?.[1];
      await ground.ok(["query", "-X", "DELETE", `/1.0/profiles/${name}`]);
    } finally {
      await ask(ground, "DELETE", `/1.0/projects/${project}`);
    }
  },
);

onBoth("an image is copied between two daemons", [], async (ground) => {
  const other = daemons.find(({ title }) => title !== ground.daemon.title)!;
  if (!other.socket) return;
  const there = new Ground(other, ground.id, ground.dir);
  await using _server = await listen(there);
  await ground.ok(["remote", "add", "-protocol", other.title.toLowerCase(), "far", await tokenOf(there)]);
  const alias = `${ground.id}-i`;
  await there.ok(["image", "import", "-alias", alias, await odd(ground)]);
  await ground.ok(["image", "copy", "-copy-aliases", `far:${alias}`]);
  const [here, away] = [
    await ground.get(`/1.0/images/aliases/${alias}`),
    await there.get(`/1.0/images/aliases/${alias}`),
  ];
  assertEquals(here.target, away.target);
  assertEquals(await ground.ok(["image", "copy", "-copy-aliases", `far:${alias}`]), "");
  await ground.ok(["image", "delete", alias]);
  await ground.ok(["image", "delete", `far:${alias}`]);
});

/** An image that no other test has: the small one, compressed. */
async function odd(ground: Ground): Promise<string> {
  await ground.ok(["image", "export", "tiny", "tiny.tar"]);
  const { readable } = await Deno.open(`${ground.dir}/tiny.tar`);
  const file = `${ground.dir}/tiny.tar.gz`;
  await Deno.writeFile(file, readable.pipeThrough(new CompressionStream("gzip")));
  return file;
}

inTurn(
  "plan, up and down work on the instances of another daemon, by files and by names",
  [],
  async (ground) => {
    await using server = await listen(ground);
    await ground.ok(["remote", "add", "far", await tokenOf(ground)]);
    assertStringIncludes(server.url, "https://");
    const name = ground.name();
    const write = (value: string) =>
      ground.write("a.yaml", `${HEAD}name: ${name}\nconfig: {user.a: "${value}"}\n`);
    await write("1");
    const far = (...args: readonly string[]) => ground.run(["-remote", "far", ...args]);
    assertStringIncludes(
      (await far("plan", "a.yaml")).stdout,
      `+ instance ${name}: tiny (it does not exist)`,
    );
    try {
      assertEquals((await far("up", "a.yaml")).stdout, `${name}: changed\n`);
      await write("2");
      const named = await ground.run(["plan", `far:${name}`]);
      assertEquals([named.code, named.stdout.split("\n")[1]], [
        10,
        "  ~ key user.a: 1 -> 2 (changed in the file)",
      ]);
      assertEquals(await ground.ok(["up", `far:${name}`]), `${name}: changed\n`);
      assertEquals(await ground.ok(["up", `far:${name}`]), `${name}: up to date\n`);
      assertEquals((await far("plan", "a.yaml")).code, 0);
      assertStringIncludes(await ground.ok(["ps", `far:${name}`]), "Running");
    } finally {
      await far("down", "a.yaml");
    }
    assertEquals(await ground.get(`/1.0/instances/${name}`), undefined);
  },
);
