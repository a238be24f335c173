/**
 * Images for CI, as `examples/ci` makes them: built, looked at, used by throw-away containers that an agent reaches by
 * SSH, updated, and cleaned up. It has what scripts did before by a dozen commands of a client.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { connect } from "../../../scripts/testbed/rest.ts";
import { must, run } from "../../../scripts/testbed/run.ts";
import { isWhole, sample } from "../../support/sample.ts";
import { daemons, type Ground, onBoth, socketVariable } from "../support/daemon.ts";
import { listen, tokenOf } from "../support/https.ts";
import { SERVICES, withServices } from "../support/services_image.ts";
import { Custom } from "../ci/justin.ts";
import { until } from "../../support/until.ts";

const EXAMPLE = new URL("../../../examples/ci/", import.meta.url).pathname;

/** Returns a port that nothing listens at. */
function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/**
 * Does the work of a CI agent with the images of a daemon: of this machine, or, with the words of `far`, over HTTPS.
 */
async function work(ground: Ground, far: readonly string[]): Promise<void> {
  const alias = `${ground.id}/debian`;
  const remove = await withServices(ground.daemon.socket!);
  try {
    // The recipe, with the key of the agent.
    await must(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", `${ground.dir}/key`]);
    const key = (await Deno.readTextFile(`${ground.dir}/key.pub`)).trim();
    const cloudConfig = (await Deno.readTextFile(`${EXAMPLE}ci.cfg`)).replace(/ssh-ed25519 .*/, key);
    assertStringIncludes(cloudConfig, key);
    await ground.write("ci.cfg", cloudConfig);
    await ground.write("ci.yaml", await Deno.readTextFile(`${EXAMPLE}ci.yaml`));
    const build = async () => {
      const flags = [
        "-alias",
        alias,
        "-host-key",
        "image",
        "-check",
        "git --version",
        "-compression",
        "none",
      ];
      const { code, stdout, stderr } = await ground.run([
        ...[...far, "image", "build", ...flags, "-P", `image=${SERVICES}`, "ci.yaml"],
      ]);
      assertEquals(code, 0, stderr);
      return { stdout, isInstalled: stderr.includes("Install packages git openssh-server") };
    };
    const first = await build();
    assertMatch(first.stdout, / built\n$/);
    assert(first.isInstalled);
    assertStringIncludes(await ground.ok([...far, "image", "list"]), alias);
    const shown = JSON.parse(await ground.ok([...far, "image", "show", "-json", alias]));
    assertEquals([shown.aliases, shown.properties.os], [[alias], "Debian"]);
    const image = async () =>
      (await ground.get(`/1.0/images/aliases/${encodeURIComponent(alias)}`)).target as string;
    const before = await image();

    // A throw-away container, which an agent reaches at a port of this machine, with the host key of the image.
    const name = ground.name();
    const port = freePort();
    const [command, ...args] = ground.daemon.argv as [string, ...string[]];
    const listening = [
      ...far,
      "run",
      "-name",
      name,
      "-wait",
      "init",
      "-until-stopped",
      "-ssh-listen",
      `127.0.0.1:${port}`,
      alias,
    ];
    const child = new Deno.Command(command, {
      args: [...args, ...listening],
      cwd: ground.dir,
      env: { HOME: ground.dir, ...socketVariable(ground.daemon) },
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    let known = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      known += text;
      if (known.includes("ssh-ed25519 ") && known.endsWith("\n")) break;
    }
    await ground.write("known_hosts", known);
    const options = [
      "StrictHostKeyChecking=yes",
      "BatchMode=yes",
      `UserKnownHostsFile=${ground.dir}/known_hosts`,
    ];
    const ssh = (...words: readonly string[]) =>
      run([
        "ssh",
        ...["-F", "none", "-i", `${ground.dir}/key`, ...options.flatMap((one) => ["-o", one])],
        ...["-p", String(port), "ci@127.0.0.1", ...words],
      ]);
    // A server that has just begun to listen may close the first connections.
    await until(async () => (await ssh("true")).code === 0, 30_000);
    const { code, stdout, stderr } = await ssh("git --version && id -un");
    assertEquals([code, stdout.replace(/[\d.]+/, "N")], [0, "git version N\nci\n"], stderr);
    // Turned off from inside, it is gone.
    await ground.run([...far, "exec", name, "poweroff"]);
    assertEquals((await child.status).code, 0);
    assertEquals(await ground.get(`/1.0/instances/${name}`), undefined);

    // justin has the host key of the image in its configuration, and the machine for as long as it likes.
    const pinned = await ground.ok([
      ...[...far, "run", "-name", name, alias, "--", "cat", "/etc/ssh/ssh_host_ed25519_key.pub"],
    ]);
    await ground.write("known_hosts", `[127.0.0.1]:${port} ${pinned}`);
    const falk = (...words: readonly string[]) => [...ground.daemon.argv, ...far, "ci", "falk", ...words];
    const machine = new Custom({
      prepare: falk("prepare", alias),
      launch: falk("launch", "--port", "{SSHPORT}", alias),
      cleanup: falk("cleanup"),
      cwd: ground.dir,
      env: { HOME: ground.dir, ...socketVariable(ground.daemon) },
    }, port);
    await machine.prepare();
    machine.launch();
    await until(async () => (await ssh("true")).code === 0, 60_000);
    assertEquals((await ssh("id -un")).stdout, "ci\n");
    assert(await machine.terminate(), "SIGKILL was needed");
    await machine.cleanup();

    // A job of the agent.
    await Deno.mkdir(`${ground.dir}/job`);
    await ground.write("job/run", "#!/bin/sh\ngit init -q . && id -un && exit 3\n");
    await Deno.chmod(`${ground.dir}/job/run`, 0o755);
    const script = (await Deno.readTextFile(`${EXAMPLE}job`)).replace("ci/debian #", `${alias} #`)
      .replaceAll("lxops run", `${[...ground.daemon.argv, ...far].join(" ")} run -name ${name}`);
    await ground.write("agent", script);
    const job = await new Deno.Command("sh", {
      args: ["agent", "job"],
      cwd: ground.dir,
      env: { HOME: ground.dir, ...socketVariable(ground.daemon) },
      stdin: "null",
    }).output();
    assertEquals(
      [job.code, new TextDecoder().decode(job.stdout)],
      [3, "ci\n"],
      new TextDecoder().decode(job.stderr),
    );
    assertEquals(JSON.parse(await Deno.readTextFile(`${ground.dir}/job/status.json`)).by, "program");

    // An update: packages are not installed again, the name moves, and what it had before goes.
    await ground.write(
      "ci.cfg",
      cloudConfig.replace("- git --version", "- git config --system init.defaultBranch main"),
    );
    const states = async () => (await ground.run([...far, "image", "update", "--check-only", alias])).code;
    assertEquals(await states(), 10);
    const updated = await ground.run([...far, "image", "update", alias]);
    assertEquals([updated.code, updated.stderr.includes("Install packages")], [0, false], updated.stderr);
    assert(await image() !== before);
    assertEquals(await states(), 0);
    assertMatch((await build()).stdout, / unchanged\n$/);
    const branch = ["run", "-name", name, alias, "git", "config", "--system", "init.defaultBranch"];
    assertEquals(await ground.ok([...far, ...branch]), "main\n");
    if (isWhole()) {
      await ground.ok([...far, "image", "shell", alias, "--", "sh", "-c", "echo by hand >/etc/edited"]);
      assertEquals(await ground.ok([...far, "run", "-name", name, alias, "cat", "/etc/edited"]), "by hand\n");
    }
    await ground.ok([
      ...far,
      "image",
      "prune",
      "-force",
      "-keep",
      "1",
      `${far[1] ?? ""}${far[1] ? ":" : ""}${alias}`,
    ]);
    assertEquals(await ground.get(`/1.0/images/${before}`), undefined);
    const left = JSON.parse(await ground.ok([...far, "image", "history", "-json", alias]));
    assertEquals(left.length, 1);
  } finally {
    using rest = connect(ground.daemon.socket!);
    for (const { fingerprint, properties } of await ground.get("/1.0/images?recursion=1")) {
      if (!properties["lxops.alias"]?.startsWith(`${ground.id}/`)) continue;
      await rest.send("DELETE", `/1.0/images/${fingerprint}`);
    }
    await remove();
  }
}

/** The daemons of this machine, and the same over HTTPS. */
const PLACES = daemons.flatMap((daemon) => [{ daemon, isFar: false }, { daemon, isFar: true }]);

for (const [index, { daemon, isFar }] of PLACES.entries()) {
  // They take turns: what differs is tested elsewhere, too.
  if (!isWhole() && index !== sample() % PLACES.length) continue;
  onBoth(
    `images for CI are built, used by jobs and by SSH, updated and cleaned up${isFar ? ", over HTTPS" : ""}`,
    ["second host"],
    async (ground) => {
      if (!isFar) return await work(ground, []);
      await using _server = await listen(ground);
      await ground.ok(["remote", "add", "far", await tokenOf(ground)]);
      await work(ground, ["-remote", "far"]);
    },
    [daemon],
  );
}
