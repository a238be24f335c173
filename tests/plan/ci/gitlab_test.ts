import { assertEquals } from "@std/assert";
import { planStage } from "../../../lib/plan/ci/gitlab.ts";

/** Makes a file for a script; the first place is full. */
const MKTEMP = `#!/bin/sh
case $1 in
/dev/shm/*) ln -s /dev/full "$0.full" && echo "$0.full" ;;
*) PATH=\${PATH#*:} && mktemp "\${0%/*}/script.XXXXXX" ;;
esac
`;

Deno.test("planStage() runs a script in the next place where the first one is full", async () => {
  const text = `echo "got \u00fc"; exit 3\n`;
  const script = { text, stage: "build_script", shell: "sh", user: "" } as const;
  const [step] = planStage({ project: "", name: "a" }, script).steps;
  const [shell, ...args] = (step!.effect as { readonly argv: readonly string[] }).argv;
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${directory}/mktemp`, MKTEMP, { mode: 0o755 });
    await Deno.writeTextFile(`${directory}/input`, text);
    const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
      args: ["-c", 'exec "$@" <"$0"', `${directory}/input`, shell!, ...args],
      env: { PATH: `${directory}:${Deno.env.get("PATH")}` },
    }).output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals([code, out, err], [3, "got \u00fc\n", ""]);
    // Neither script nor link is left.
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name).sort(), ["input", "mktemp"]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
