/** Canaries in the place of secrets, which must be found only in the memory of the instance. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname } from "@std/path";
import { connect } from "../../../lib/adapters/daemon/daemon.ts";
import { backend as incus } from "../../../backends/incus.ts";
import { backend as lxd } from "../../../backends/lxd.ts";
import type { Ground } from "../support/daemon.ts";
import { onSomeOfAll } from "../support/three_daemons.ts";

const CANARIES = ["canary-of-file-1x7", "canary-of-env-2y8", "canary-of-command-3z9"] as const;
const CONTROL = "control-of-sampler-4w0";

/** Starts a program that looks at the arguments of all programs, and returns what ends it and tells what it found. */
function sampler(ground: Ground): () => Promise<string> {
  const script = `while [ ! -e stop ]; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n'; done |
    grep -a -F -f canaries | sort -u`;
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", script],
    cwd: ground.dir,
    stdout: "piped",
  }).spawn();
  return async () => {
    await Deno.writeTextFile(`${ground.dir}/stop`, "");
    const { stdout } = await child.output();
    return new TextDecoder().decode(stdout);
  };
}

/** Records the events of the daemon until the returned function is called. */
async function recorder(ground: Ground): Promise<() => Promise<string>> {
  const { title, socket } = ground.daemon;
  const backend = title === "Incus" ? incus : lxd;
  const { server, close } = await connect(backend, { kind: "socket", path: socket!, project: "default" }, {
    env: () => undefined,
  });
  const stop = new AbortController();
  let text = "";
  const listening = (async () => {
    for await (const event of server.events(["lifecycle", "operation", "logging"], "default", stop.signal)) {
      text += `${JSON.stringify(event)}\n`;
    }
  })();
  return async () => {
    stop.abort();
    await listening;
    close();
    return text;
  };
}

function assertNone(text: string, where: string): void {
  for (const canary of CANARIES) assert(!text.includes(canary), `${canary} is in ${where}`);
}

/** Returns the files of the daemon that have some text: its database, logs, backups, and those of an instance. */
async function filesWith(ground: Ground, name: string, flags: readonly string[]): Promise<string> {
  const directory = dirname(ground.daemon.socket!);
  const script = `cd ${directory} && grep -r -l -a -F ${
    flags.join(" ")
  } database logs/${name}* backups networks \\
    storage-pools/default/containers/${name} ${directory}/../daemon.log ${directory}/../output 2>/dev/null`;
  const { stdout } = await new Deno.Command("/bin/sh", { args: ["-c", script], stdout: "piped" }).output();
  return new TextDecoder().decode(stdout);
}

onSomeOfAll(1, "secrets are found nowhere but in the memory of the instance", [], async (ground) => {
  const name = ground.name();
  await ground.write("canaries", `${[...CANARIES, CONTROL].join("\n")}\n`);
  await ground.write("a.secret", CANARIES[0]);
  await Deno.chmod(`${ground.dir}/a.secret`, 0o600);
  await ground.write("b.printed", CANARIES[2]);
  await ground.write("print.sh", '#!/bin/sh\nread -r line <b.printed || :\nprintf %s "$line"\n');
  await ground.write("hook.sh", '#!/bin/sh\nread -r line </run/lxops/secrets/file || :\n[ -n "$line" ]\n');
  for (const file of ["print.sh", "hook.sh"]) await Deno.chmod(`${ground.dir}/${file}`, 0o755);
  await ground.write(
    "a.yaml",
    "#lxops-v1\nimage: tiny\nostype: alpine\nsecrets:\n  file: a.secret\n  env: {env: CANARY}\n" +
      "  command: {command: [./print.sh]}\nhooks:\n  after-start: {run: hook.sh, in: guest}\n",
  );
  const stopSampler = sampler(ground);
  const stopEvents = await recorder(ground);
  const control = new Deno.Command("/bin/sh", { args: ["-c", "sleep 5; :", CONTROL] }).output();
  const outputs: string[] = [];
  const run = async (args: readonly string[]) => {
    const { code, stdout, stderr } = await ground.run(args, { env: { CANARY: CANARIES[1] } });
    outputs.push(`${args.join(" ")}\n${stdout}${stderr}`);
    return { code, stdout };
  };
  const dry = await run(["launch", "--dry-run", "-name", name, "a.yaml"]);
  assertStringIncludes(dry.stdout, "Secrets are left out");
  const shown = await ground.ok(["launch", "--dry-run", "--show-secrets", "-name", name, "a.yaml"], {
    env: { CANARY: CANARIES[1] },
  });
  for (const canary of CANARIES) assertStringIncludes(shown, canary);
  assertEquals((await run(["launch", "-trace", "-name", name, "a.yaml"])).code, 0, outputs.join("\n"));
  assertEquals(
    await ground.ok([
      "exec",
      name,
      "--",
      "sh",
      "-c",
      "cd /run/lxops/secrets; cat file; echo; cat env; echo; cat command",
    ]),
    CANARIES.join("\n"),
  );
  assertEquals((await run(["restart", "-wait-stop", "0", name])).code, 0, outputs.join("\n"));
  await ground.write("a.secret", `${CANARIES[0]}-changed`);
  assertEquals((await run(["plan", "--json", "-name", name, "a.yaml"])).code, 10);
  await run(["up", "--dry-run", "-name", name, "a.yaml"]);
  assertEquals((await run(["up", "--json", "-name", name, "a.yaml"])).code, 0, outputs.join("\n"));
  assertEquals((await run(["rebuild", "-name", name, "a.yaml"])).code, 0, outputs.join("\n"));
  // An old instance that comes back has them, too.
  await ground.write("hook.sh", "#!/bin/sh\nexit 1\n");
  assertEquals((await run(["rebuild", "-name", name, "a.yaml"])).code, 5, outputs.join("\n"));
  assertEquals(await ground.ok(["exec", name, "--", "cat", "/run/lxops/secrets/env"]), CANARIES[1]);
  for (const looking of ["parse", "explain"]) await run(["config", looking, "a.yaml"]);
  const [info, state, operations] = await Promise.all([
    ground.get(`/1.0/instances/${name}?recursion=1`),
    ground.get(`/1.0/instances/${name}/state`),
    ground.get("/1.0/operations?recursion=1"),
  ]);
  assertNone(JSON.stringify([info, state, operations]), "the instance or its operations");
  assertEquals(info.config["user.lxops.secrets"], "true");
  // Readers of the record cannot guess from a hash what they are, either.
  assert(!JSON.stringify(info.config).includes("delivered"));
  // As an argument, a canary would be found by the sampler.
  const files = await filesWith(ground, name, ["-f", `${ground.dir}/canaries`]);
  assertEquals(files, "");
  assertStringIncludes(await filesWith(ground, name, ["-e", name]), "database");

  await ground.ok(["instance", "stop", "-wait-stop", "0", name]);
  await ground.ok(["publish", "-alias", name, "-compression", "none", name]);
  await ground.ok(["image", "export", name, "image"]);
  await ground.ok(["image", "delete", name]);
  const image = await new Deno.Command("/bin/grep", {
    args: ["-c", "-a", "-F", "-f", `${ground.dir}/canaries`, `${ground.dir}/image`],
    stdout: "piped",
  }).output();
  assertEquals(new TextDecoder().decode(image.stdout).trim(), "0");

  await control;
  const [events, argv] = [await stopEvents(), await stopSampler()];
  assertStringIncludes(events, name);
  assertNone(events, "the events");
  assertStringIncludes(argv, CONTROL);
  assertNone(argv, "the arguments of a program");
  assertNone(outputs.join("\n"), "what lxops printed");
  assertStringIncludes(outputs.join("\n"), "Deliver 3 secrets");
});
