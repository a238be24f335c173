/** `lxops i verify` on many files that are really on disk, in one process. */
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { childrenTime } from "../support/work_time.ts";

const PROGRAM = fromFileUrl(new URL("../../backends/incus.ts", import.meta.url));

/** Writes configurations, each of which includes three files of its own and names a cloud-config file. */
async function write(directory: string, count: number): Promise<void> {
  const files: Record<string, string> = { "setup.cfg": "#cloud-config\npackages: [nginx]\nruncmd: [echo]\n" };
  for (let index = 0; index < count; index++) {
    files[`c${index}.yaml`] = `#lxops-v1
include: [a${index}.yaml, b${index}.yaml, d${index}.yaml]
image: images:alpine/3.20
properties: {fsroot: tank/host}
cloud-config-files: [setup.cfg]
`;
    files[`a${index}.yaml`] = "#lxops-v1\nostype: alpine\nprofiles: [default, a]\n";
    files[`b${index}.yaml`] =
      "#lxops-v1\nfilesystems:\n  host: {pattern: (fsroot)/(instance), destroy: true}\n";
    files[`d${index}.yaml`] = `#lxops-v1\ndevices:\n${
      ["home", "srv", "opt"].map((name) => `  ${name}:\n    path: /${name}\n    filesystem: host\n`).join("")
    }`;
  }
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(join(directory, name), text);
}

async function verify(directory: string, count: number): Promise<number> {
  const started = childrenTime();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "--cached-only", "-P=incus", PROGRAM, "i", "verify"].concat(
      Array.from({ length: count }, (_, index) => `c${index}.yaml`),
    ),
    cwd: directory,
    env: { XDG_CONFIG_HOME: "/nonexistent" },
  }).output();
  const took = childrenTime() - started;
  assertEquals(new TextDecoder().decode(stderr), "");
  assertEquals([code, new TextDecoder().decode(stdout).trimEnd().split("\n").length], [0, count]);
  return took;
}

Deno.test("i verify checks 1,000 files that include three each in 3 seconds, and in linear time", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await write(directory, 1000);
    const measured = async () => {
      const times = [
        await verify(directory, 250),
        await verify(directory, 500),
        await verify(directory, 1000),
      ];
      const [quarter = 0, half = 0, full = 0] = times;
      const isLinear = half < 2.5 * quarter + 200 && full < 2.5 * half + 200;
      return {
        isGood: full < 3000 && isLinear,
        times: times.map((time) => `${Math.round(time)} ms`).join(", "),
      };
    };
    const first = await measured();
    // Other processes can only make one slower.
    const last = first.isGood ? first : await measured();
    assert(last.isGood, `${first.times}; ${last.times}`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
