/**
 * Images for CI, as `examples/ci` makes them: built, looked at, used by throw-away containers that an agent reaches by
 * SSH, updated, and cleaned up. It has what scripts did before by a dozen commands of a client.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { connect } from "../../../scripts/testbed/rest.ts";
import { must, run } from "../../../scripts/testbed/run.ts";
import { inTurn, socketVariable } from "../support/daemon.ts";
import { SERVICES, withServices } from "../support/services_image.ts";
import { until } from "../../support/until.ts";

const EXAMPLE = new URL("../../../examples/ci/", import.meta.url).pathname;

/** Returns a port that nothing listens at. */
function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

inTurn(
  "images for CI are built, used by jobs and by SSH, updated and cleaned up",
  ["second host"],
  async (ground) => {
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
          ...["image", "build", ...flags, "-P", `image=${SERVICES}`, "ci.yaml"],
        ]);
        assertEquals(code, 0, stderr);
        return { stdout, isInstalled: stderr.includes("Install packages git openssh-server") };
      };
      const first = await build();
      assertMatch(first.stdout, / built\n$/);
      assert(first.isInstalled);
      assertStringIncludes(await ground.ok(["image", "list"]), alias);
      const image = async () =>
        (await ground.get(`/1.0/images/aliases/${encodeURIComponent(alias)}`)).target as string;
      const before = await image();

      // A throw-away container, which an agent reaches at a port of this machine, with the host key of the image.
      const name = ground.name();
      const port = freePort();
      const [command, ...args] = ground.daemon.argv as [string, ...string[]];
      const listen = [
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
        args: [...args, ...listen],
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
      await ground.run(["exec", name, "poweroff"]);
      assertEquals((await child.status).code, 0);
      assertEquals(await ground.get(`/1.0/instances/${name}`), undefined);

      // A job of the agent.
      await Deno.mkdir(`${ground.dir}/job`);
      await ground.write("job/run", "#!/bin/sh\ngit init -q . && id -un && exit 3\n");
      await Deno.chmod(`${ground.dir}/job/run`, 0o755);
      const script = (await Deno.readTextFile(`${EXAMPLE}job`)).replace("ci/debian #", `${alias} #`)
        .replaceAll("lxops run", `${ground.daemon.argv.join(" ")} run -name ${name}`);
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

      // An update: packages are not installed again, and the name moves.
      await ground.write(
        "ci.cfg",
        cloudConfig.replace("- git --version", "- git config --system init.defaultBranch main"),
      );
      assert(!(await build()).isInstalled);
      assert(await image() !== before);
      assertMatch((await build()).stdout, / unchanged\n$/);
      const branch = ["run", "-name", name, alias, "git", "config", "--system", "init.defaultBranch"];
      assertEquals(await ground.ok(branch), "main\n");
      await ground.ok(["image", "delete", before.slice(0, 12)]);
      assertEquals(await ground.get(`/1.0/images/${before}`), undefined);
    } finally {
      using rest = connect(ground.daemon.socket!);
      for (const { fingerprint, properties } of await ground.get("/1.0/images?recursion=1")) {
        if (!properties["lxops.alias"]?.startsWith(`${ground.id}/`)) continue;
        await rest.send("DELETE", `/1.0/images/${fingerprint}`);
      }
      await remove();
    }
  },
);
