/** The library as a program elsewhere uses it: by its name, from another directory, with narrow permissions. */
import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { onBoth } from "../support/daemon.ts";

const ROOT = fromFileUrl(new URL("../../../", import.meta.url));

onBoth("an agent elsewhere runs jobs by the library, and cleans up when it is ended", [], async (ground) => {
  const { dir, daemon: { title, socket } } = ground;
  await Deno.mkdir(`${dir}/agent/jobs`, { recursive: true });
  await Deno.copyFile(`${ROOT}examples/library/agent.ts`, `${dir}/agent/agent.ts`);
  await Deno.writeTextFile(
    `${dir}/agent/deno.json`,
    JSON.stringify({ imports: { "@lxops/lxops": "jsr:@lxops/lxops@^0.1.0" }, links: [ROOT] }),
  );
  const job = { image: "tiny", env: { NAME: "you" } };
  const jobs = {
    good: 'echo "hello $NAME" | tee /results/greeting',
    bad: "echo no >&2; exit 3",
    long: "sleep 60",
  };
  for (const [name, script] of Object.entries(jobs)) {
    await Deno.mkdir(`${dir}/agent/jobs/${name}`);
    await Deno.writeTextFile(`${dir}/agent/jobs/${name}/job.json`, JSON.stringify(job));
    await Deno.writeTextFile(`${dir}/agent/jobs/${name}/run.sh`, script);
  }
  const before = await ground.get("/1.0/instances");
  const agent = (...names: string[]) =>
    new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-q", "--no-prompt", "--no-lock", "--allow-read", "--allow-env", "--allow-sys=uid,gid"],
        ...[`--allow-write=${dir}/agent/jobs,${socket}`, `--allow-net=unix:${socket},[100::1]`],
        ...[
          "--allow-run=/usr/bin/cat",
          "agent.ts",
          title.toLowerCase(),
          ...names.map((one) => `jobs/${one}`),
        ],
      ],
      cwd: `${dir}/agent`,
      env: { [`${title.toUpperCase()}_SOCKET`]: socket!, NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const { code, stdout, stderr } = await agent("good", "bad").output();
  assertEquals(
    [code, text(stdout).trim().split("\n").toSorted(), text(stderr)],
    [1, ["jobs/bad: failed with exit code 3", "jobs/good: succeeded"], ""],
  );
  const read = (path: string) => Deno.readTextFile(`${dir}/agent/jobs/${path}`);
  assertEquals(
    await Promise.all(["good/results/greeting", "good/log", "bad/log"].map(read)),
    ["hello you\n", "hello you\n", "no\n"],
  );

  const child = agent("long").spawn();
  const instances = async () => ((await ground.get("/1.0/instances")) as readonly string[]).toSorted();
  while ((await instances()).length === before.length) await new Promise((done) => setTimeout(done, 50));
  child.kill("SIGTERM");
  const ended = await child.output();
  assertEquals([ended.code, text(ended.stdout), text(ended.stderr)], [1, "jobs/long: was cancelled\n", ""]);
  assertEquals(await instances(), before.toSorted());
});
