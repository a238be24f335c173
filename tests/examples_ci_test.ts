/** Examples of CI systems call commands that there are, and their files about jobs are correct. */
import { assert, assertEquals } from "@std/assert";
import { allCommands } from "../lib/cli/commands.ts";
import { globalFlags } from "../lib/cli/command/flags.ts";
import { parseCommandLine } from "../lib/cli/command/parse.ts";
import { parseSettings } from "../lib/plan/ci/settings.ts";

const EXAMPLES = new URL("../examples/ci/", import.meta.url);

async function read(file: string): Promise<string> {
  return await Deno.readTextFile(new URL(file, EXAMPLES));
}

Deno.test("the example of GitLab calls the four commands with the operands that the runner adds", async () => {
  const commands = await allCommands();
  const text = await read("gitlab/config.toml");
  const lines = [...text.matchAll(/^ +(\w+)_args = (\[.*\])$/gm)];
  assertEquals(lines.map(([, name]) => name), ["config", "prepare", "run", "cleanup"]);
  for (const [, name, list] of lines) {
    const args: readonly string[] = JSON.parse(list!);
    const more = name === "run" ? ["/tmp/script", "build_script"] : [];
    const { path } = parseCommandLine(commands, globalFlags, [...args, ...more]);
    assertEquals(path.map((one) => one.name).slice(1), ["ci", "gitlab", name]);
    assert(text.includes(`${name}_exec = "/usr/local/bin/lxops"`));
  }
});

Deno.test("the example of the administrator's file is correct", async () => {
  const { images, services } = parseSettings("ci.yaml", await read("gitlab/ci.yaml"));
  assertEquals([images.length, services.length], [2, 1]);
});

Deno.test("the example of garm calls lxops without arguments, and its file is correct", async () => {
  const text = await read("garm/config.toml");
  assert(text.includes('provider_executable = "/usr/local/bin/lxops"\n') && !text.includes("args"));
  const { flavors } = parseSettings("lxops.yaml", await read("garm/lxops.yaml"));
  assertEquals(Object.keys(flavors), ["small", "docker", "warm"]);
});

Deno.test("the example of Falk calls commands that there are", async () => {
  const commands = await allCommands();
  const text = await read("falk/justin.conf");
  const lines = [...text.matchAll(/^(prepare|launch|cleanup) = \/usr\/local\/bin\/lxops (.*)$/gm)];
  assertEquals(lines.map(([, name]) => name), ["prepare", "launch", "cleanup"]);
  for (const [, name, line] of lines) {
    const { path } = parseCommandLine(commands, globalFlags, line!.replace("{SSHPORT}", "22").split(" "));
    assertEquals(path.map((one) => one.name).slice(1), ["ci", "falk", name]);
  }
});

Deno.test("the example of a pool for Forgejo calls lxops as it can be called", async () => {
  const commands = await allCommands();
  const text = (await read("forgejo/pool")).replaceAll("\\\n", "");
  const lines = [...text.matchAll(/"\$lxops" (pool (?:create|tend) .*)$/gm)].map(([, line]) =>
    line!.replaceAll('"', "").replaceAll("${3:-2}", "2").split(/ +/)
  );
  assertEquals(lines.length, 2);
  for (const [index, words] of lines.entries()) {
    const { path, operands } = parseCommandLine(commands, globalFlags, words);
    assertEquals(path.at(-1)?.name, ["create", "tend"][index]);
    assertEquals(operands[0], "runners");
  }
});

Deno.test("the example of Forgejo calls lxops as it can be called", async () => {
  const commands = await allCommands();
  const text = (await read("forgejo/runner")).replaceAll("\\\n", "");
  const [, line] = /^ +lxops (.*?) -- sh /m.exec(text)!;
  const words = line!.replaceAll('"', "").split(/ +/);
  const { path, operands } = parseCommandLine(commands, globalFlags, [...words, "true"]);
  assertEquals([path.at(-1)?.name, operands], ["run", ["$image", "true"]]);
});
